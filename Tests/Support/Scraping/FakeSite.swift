import Fetching
import Foundation
import HTTP
import TestSupport
import Time

/// A site of pages in memory, which records its requests.
package final class FakeSite: PageFetcher, PageSource {
  package var pages: [String: Result<Page, FetchError>] = [:]
  /// The requested paths, in order.
  package private(set) var requested: [String] = []
  /// The paths of each call.
  package private(set) var calls: [[String]] = []
  package var minimumInterval = Duration.zero
  package var onCircuitEvent: (CircuitEvent) -> Void = { _ in }
  /// The time of all responses.
  package var fetchedAt = Date(timeIntervalSince1970: 1_717_142_400)
  /// Called with each path before the response.
  package var whenRequested: (String) -> Void = { _ in }
  /// The duration of each call, on the given clock.
  package var delay: (Duration, ManualTime)?

  /// The time that passes, on the given clock, between the responses of a call and their use.
  package var lateness: (Duration, ManualTime)?

  package init(_ pages: [String: String] = [:]) {
    self.pages = pages.mapValues { .success(makePage($0)) }
  }

  package func read(
    _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
  ) -> [(any Error)?] {
    let outcomes = responses(requests, deadline: deadline)
    if let (duration, time) = lateness { time.advance(by: duration) }
    return outcomes.enumerated().map { index, outcome in
      do {
        try use(index, outcome.get())
        return nil
      } catch { return error }
    }
  }

  private func responses(_ requests: [FetchRequest], deadline: Deadline) -> [Result<Page, FetchError>] {
    let paths = requests.map { String($0.url.dropFirst(site.origin.count)) }
    requested += paths
    calls.append(paths)
    for path in paths { whenRequested(path) }
    if deadline.hasPassed {
      return paths.map { _ in .failure(FetchError(.timedOut, "no time was left to ask for it")) }
    }
    if let (duration, time) = delay, paths != ["/robots.txt"] {
      // A real source gives up at the deadline.
      time.advance(by: min(duration, deadline.remaining))
      if deadline.hasPassed { return paths.map { _ in .failure(FetchError(.timedOut, "no response in time")) } }
    }
    return paths.map { pages[$0] ?? .failure(FetchError(.missing, "status 404")) }
  }

  package func forgetCookies() {}

  /// The same as a source: the response for a page that does not exist is 404.
  package func send(
    _ requests: [FetchRequest], deadline: Deadline,
    deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void
  ) {
    for (index, (request, outcome)) in zip(requests, responses(requests, deadline: deadline)).enumerated() {
      func response(_ status: Int, _ headers: HTTPHeaders, _ body: Data) -> Result<PageResponse, FetchError> {
        .success(PageResponse(url: request.url, status: status, headers: headers, body: body, fetchedAt: fetchedAt))
      }
      switch outcome {
      case .success(let page):
        let type = request.url.hasSuffix("/robots.txt") ? "text/plain" : "text/html"
        let headers: HTTPHeaders = [
          "Content-Type": "\(type); charset=\(page.charset ?? "utf-8")", "Content-Length": "\(page.body.count)",
        ]
        deliver(index, response(200, headers, page.body))
      case .failure(let error) where error.reason == .missing: deliver(index, response(404, [:], Data()))
      case .failure(let error): deliver(index, .failure(error))
      }
    }
  }

  /// A listing of two venues and three shows, with all their detail pages.
  package static func example() -> FakeSite {
    FakeSite([
      "/calendar/livewire-music?date=2024-05-31": makeListing([
        makePanel(rows: [makeRow(), makeRow(artist: "Small Example", link: "/events/6", when: "Friday, May 31 at TBA")]
        ),
        makePanel(
          venue: "Other Room", link: "/organizations/other-room",
          rows: [makeRow(artist: "Big Example", link: "/events/11", when: "Friday, May 31 at 11:30pm")]),
      ]),
      "/organizations/example-hall": makeDetailPage(
        .organization,
        makeAddress(), makeField("field-organization-status", "Active")),
      "/organizations/other-room": makeDetailPage(.organization),
      "/events/1056901": makeDetailPage(
        .event,
        makeBody("<p>One.</p><p>Two.</p>"),
        makeArtists(("Big Example", "/artists/big-example"), ("Small Example", "/artists/small-example"))),
      "/events/6": makeDetailPage(.event, makeArtists(("Big Example", "/artists/big-example"))),
      "/events/11": makeDetailPage(.event, makeArtists(("BIG EXAMPLE", "/artists/big-example"))),
      "/artists/big-example": makeDetailPage(
        .artist,
        makeGenres("Jazz", "Funk"), makeArtists(("Small Example", "/artists/small-example"), ("Big Example", "/x"))),
    ])
  }
}
