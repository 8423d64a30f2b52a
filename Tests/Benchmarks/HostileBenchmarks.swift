import Compression
import Foundation
import ScrapingSupport
import TestSupport

/// Measures what sites cost that send the worst pages: one day of each, read by the scraper's process, and read again in a
/// second run, in which the site confirms its pages. The limits are 1 s of CPU for a page and 64 MB of memory for a site.
/// With each the beginning of the scraper's response is printed.
struct HostileBenchmarks {
  let binaries: URL

  func measurements() throws -> [Measurement] {
    try Self.sites.flatMap { name, site in
      let pages = try site()
      let server = try ScriptedServer { request in
        guard let body = pages[request.target] else { return .http(404) }
        if request.header("If-None-Match") != nil { return .http(304) }
        let headers = [
          ("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("ETag", "\"1\""),
        ]
        return .http(200, headers, body)
      }
      defer { server.stop() }
      let store = try MemoryS3()
      return try [name, "\(name), again"].flatMap { name in
        let before = server.requests.count
        let cost = try ScrapeCost(
          of: binaries.appending(path: "Scraper").path, reading: server.url, date: BenchmarkSite.date, into: store)
        print("  \(name): \(server.requests.count - before) requests; \(Self.summary(cost.response))")
        return [
          Measurement(name: "\(name): CPU", unit: "ms", samples: [cost.milliseconds]),
          Measurement(name: "\(name): largest memory", unit: "MB", samples: [cost.megabytes], target: .atMost(64)),
        ]
      }
    }
  }

  private static func summary(_ response: String) -> String {
    let message = response.firstMatch(of: /"(?:errorMessage|message)":"((?:[^"\\]|\\.)*)"/).map { String($0.output.1) }
    return String((message ?? response).prefix(160))
  }

  private typealias Pages = [String: Data]

  private static let listing = "/calendar/livewire-music?date=\(BenchmarkSite.date)"

  private static func pages(_ texts: [String: String]) throws -> Pages {
    let compressor = try GzipCompressor()
    return try texts.mapValues { try compressor.member(of: Data($0.utf8)) }
  }

  /// A listing of events, each at the venue of the same number modulo 20.
  private static func day(_ count: Int, link: (Int) -> String = { "/events/\($0)" }) -> String {
    makeListing(
      (0..<20).map { venue in
        makePanel(
          venue: "Hall \(venue)", link: "/organizations/hall-\(venue)",
          rows: stride(from: venue, to: count, by: 20).map { makeRow(artist: "Artist \($0)", link: link($0)) })
      })
  }

  private static func details(of count: Int, _ event: (Int) -> String) -> [String: String] {
    var pages = [listing: day(count)]
    for venue in 0..<20 { pages["/organizations/hall-\(venue)"] = makeDetailPage(.organization, makeAddress()) }
    for number in 0..<count { pages["/events/\(number)"] = event(number) }
    return pages
  }

  private static func event(_ fields: String...) -> String {
    makeDetailPage(.event, title: "Event", fields.joined())
  }

  private static let text = String(repeating: "All about this evening, at length. ", count: 55_000)

  private static let sites: [(String, @Sendable () throws -> Pages)] = [
    (
      "a page of 980 KB with 160,000 attributes",
      {
        try pages(
          details(of: 40) { number in
            number == 0 ? event("<p \((0..<160_000).map { "a\($0)" }.joined(separator: " "))>x</p>") : event()
          })
      }
    ),
    (
      "a listing of 1.2 MB in one element",
      {
        try pages([
          listing: makeListing([makePanel(rows: [String(repeating: "<div class=calendar-info></div>", count: 40_000)])])
        ])
      }
    ),
    ("a listing of 10,000 rows", { try pages([listing: day(10_000)]) }),
    (
      "100 rows with one text of 1.9 MB",
      {
        try pages(
          [listing: day(100) { "/events/1?set=\($0)" }].merging(
            Dictionary(uniqueKeysWithValues: (0..<100).map { ("/events/1?set=\($0)", event(makeBody(text))) })
          ) { $1 })
      }
    ),
    (
      "40 rows with 52,000 artists each",
      {
        let artists = makeField(
          "field-related-acts", (0..<52_000).map { "<a href=/artists/\($0)>Artist \($0)</a>" }.joined())
        return try pages(details(of: 40) { _ in event(artists) })
      }
    ),
    ("2,000 events of 1.9 MB each", { try pages(details(of: 1960) { _ in event(makeBody(text)) }) }),
    (
      "2,000 events with prose of 20 KB",
      {
        try pages(details(of: 1960) { number in event(makeBody("\(number) " + text.prefix(20_000))) })
      }
    ),
    (
      "2,000 ordinary events",
      {
        try pages(details(of: 1960) { number in event(makeBody("<p>Doors at \(number).</p>")) })
      }
    ),
    (
      "400 pages of 100 KB that do not compress",
      {
        var random = SplitMix(seed: 1)
        func noise() -> String { (0..<8000).map { _ in String(random.next() | 1 << 63, radix: 32) }.joined() }
        return try pages(details(of: 380) { _ in event("<p>\(noise())</p>") })
      }
    ),
    (
      "60 pages of 700,000 elements",
      {
        try pages(details(of: 60) { _ in event(makeBody(String(repeating: "<b>", count: 690_000))) })
      }
    ),
  ]
}
