import Foundation
import HTTP
import TestSupport
import Time

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

/// A site of pages in memory, which notes what it is asked for.
final class FakeSite: PageFetcher, PageSource {
  var pages: [String: Result<Page, FetchError>] = [:]
  /// Paths, in the order in which they were asked for.
  private(set) var asked: [String] = []
  /// The paths of each call.
  private(set) var calls: [[String]] = []
  var spacing = Duration.zero
  var onCircuitEvent: (CircuitEvent) -> Void = { _ in }
  /// When the pages are said to have come.
  var fetchedAt = Date(timeIntervalSince1970: 1_717_142_400)
  /// Told of each path before it is answered.
  var whenAsked: (String) -> Void = { _ in }
  /// How long each call takes, on the given clock.
  var takes: (Duration, ManualTime)?

  init(_ pages: [String: String] = [:]) {
    self.pages = pages.mapValues { .success(makePage($0)) }
  }

  func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    let paths = urls.map { String($0.dropFirst(site.origin.count)) }
    asked += paths
    calls.append(paths)
    for path in paths { whenAsked(path) }
    if deadline.hasPassed {
      return paths.map { _ in .failure(FetchError(.timedOut, "no time was left to ask for it")) }
    }
    if let (duration, time) = takes, paths != ["/robots.txt"] { time.advance(by: duration) }
    return paths.map { pages[$0] ?? .failure(FetchError(.missing, "status 404")) }
  }

  /// The same as a source: what is not there is answered with 404.
  func ask(_ requests: [PageRequest], deadline: Deadline) -> [Result<PageResponse, FetchError>] {
    zip(requests, fetch(requests.map(\.url), deadline: deadline)).map { request, outcome in
      func exchange(_ status: Int, _ headers: HTTPHeaders, _ body: Data) -> Result<PageResponse, FetchError> {
        .success(PageResponse(url: request.url, status: status, headers: headers, body: body, fetchedAt: fetchedAt))
      }
      switch outcome {
      case .success(let page):
        let type = request.url.hasSuffix("/robots.txt") ? "text/plain" : "text/html"
        return exchange(200, ["Content-Type": "\(type); charset=\(page.charset ?? "utf-8")"], page.body)
      case .failure(let error) where error.reason == .missing: return exchange(404, [:], Data())
      case .failure(let error): return .failure(error)
      }
    }
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
