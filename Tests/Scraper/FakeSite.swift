import FoundationEssentials
import TestSupport
import Time

@testable import ScraperFunction

/// A site of pages in memory, which notes what it is asked for.
final class FakeSite: PageFetcher {
  var pages: [String: Result<Page, FetchError>] = [:]
  /// Paths, in the order in which they were asked for.
  private(set) var asked: [String] = []
  /// The paths of each call.
  private(set) var calls: [[String]] = []
  /// How long each call takes, on the given clock.
  var takes: (Duration, ManualTime)?

  init(_ pages: [String: String] = [:]) {
    self.pages = pages.mapValues { .success(makePage($0)) }
  }

  func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    let paths = urls.map { String($0.dropFirst(site.origin.count)) }
    asked += paths
    calls.append(paths)
    if deadline.hasPassed {
      return paths.map { _ in .failure(FetchError(.timedOut, "no time was left to ask for it")) }
    }
    if let (duration, time) = takes { time.advance(by: duration) }
    return paths.map { pages[$0] ?? .failure(FetchError(.missing, "status 404")) }
  }

  /// A listing of two venues and three shows, and all that belongs to it.
  static func example() -> FakeSite {
    FakeSite([
      "/calendar/livewire-music?date=2024-05-31": makeListing([
        makePanel(rows: [makeRow(), makeRow(act: "Small Example", link: "/events/6", when: "Friday, May 31 at TBA")]),
        makePanel(
          venue: "Other Room", link: "/organizations/other-room",
          rows: [makeRow(act: "Big Example", link: "/events/11", when: "Friday, May 31 at 11:30pm")]),
      ]),
      "/organizations/example-hall": makeDetailPage(
        makeAddress(), makeField("field-organization-status", "Active")),
      "/organizations/other-room": makeDetailPage(),
      "/events/1056901": makeDetailPage(
        makeBody("<p>One.</p><p>Two.</p>"),
        makeActs(("Big Example", "/artists/big-example"), ("Small Example", "/artists/small-example"))),
      "/events/6": makeDetailPage(makeActs(("Big Example", "/artists/big-example"))),
      "/events/11": makeDetailPage(makeActs(("BIG EXAMPLE", "/artists/big-example"))),
      "/artists/big-example": makeDetailPage(
        makeGenres("Jazz", "Funk"), makeActs(("Small Example", "/artists/small-example"), ("Big Example", "/x"))),
    ])
  }
}
