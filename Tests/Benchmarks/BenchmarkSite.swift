import Compression
import Foundation
import ScrapingSupport
import TestSupport

/// A site of one day: 118 events at 42 venues, with pages of about 180 KB, as the real site's, that it sends compressed, and ETags. With
/// robots.txt it takes 200 requests to read.
final class BenchmarkSite: Sendable {
  static let date = "2024-05-31"
  static let eventCount = 118
  private static let venueCount = 42
  private static let artistCount = 38

  private let server: ScriptedServer
  var url: String { server.url }
  var requestCount: Int { server.requests.count }

  init() throws {
    var pages: [String: Data] = [:]
    func add(_ path: String, _ html: String) throws {
      pages[path] = try GzipCompressor().member(of: Data(Self.framed(html, seed: path).utf8))
    }
    let panels = (0..<Self.venueCount).map { venue in
      let rows = stride(from: venue, to: Self.eventCount, by: Self.venueCount).map { event in
        makeRow(
          artist: Self.artist(of: event), link: "/events/\(event + 1)", when: "Friday, May 31 at \(event % 11 + 1):30pm"
        )
      }
      return makePanel(venue: "Hall \(venue)", link: "/organizations/hall-\(venue)", rows: rows)
    }
    try add("/calendar/livewire-music?date=\(Self.date)", makeListing(panels))
    for venue in 0..<Self.venueCount {
      try add(
        "/organizations/hall-\(venue)",
        makeDetailPage(
          .organization, title: "Hall \(venue)", makeAddress(), makeField("field-organization-status", "Active")))
    }
    for event in 0..<Self.eventCount {
      let (artist, link) = (Self.artist(of: event), "/artists/artist-\(event % Self.artistCount)")
      try add(
        "/events/\(event + 1)",
        makeDetailPage(
          .event, title: artist, makeBody("<p>Doors at seven &amp; music until late.</p><p>All ages.</p>"),
          makeArtists((artist, link), ("Another Trio", "/artists/another-trio"))))
    }
    for artist in 0..<Self.artistCount {
      try add(
        "/artists/artist-\(artist)",
        makeDetailPage(
          .artist, title: Self.artist(of: artist), makeBody("<p>A band.</p>"), makeGenres("Jazz", "Funk", "Blues")))
    }
    let found = pages
    server = try ScriptedServer { request in
      guard let body = found[request.target] else { return .http(404) }
      let tag = "\"\(request.target.utf8.count)-\(body.count)\""
      guard request.header("If-None-Match") != tag else { return .http(304, [("ETag", tag)]) }
      return .http(
        200, [("Content-Type", "text/html; charset=utf-8"), ("Content-Encoding", "gzip"), ("ETag", tag)], body)
    }
  }

  private static func artist(of event: Int) -> String { "Artist \(event % artistCount)" }

  /// Puts the page between a menu, scripts and a footer, as large as the real site's.
  private static func framed(_ html: String, seed: String) -> String {
    var random = SplitMix(seed: UInt64(seed.utf8.reduce(7) { ($0 &* 31 &+ Int($1)) & 0xFFFF_FFFF }))
    func word() -> String { String(random.next() % 4096, radix: 36) }
    let script = (0..<6000).map { _ in "var \(word())=function(){return '\(word())'};" }.joined().prefix(80_000)
    let menu = (0..<1100).map {
      "<li class=\"leaf\"><a href=\"/menu/\($0)\" title=\"\(word())\">Entry \($0) \(word())</a></li>"
    }
    return html.replacing("<body ", with: "<script>\(script)</script><body ", maxReplacements: 1)
      .replacing(
        "<section id=", with: "<ul class=\"menu nav\">\(menu.joined(separator: "\n"))</ul><section id=",
        maxReplacements: 1)
  }
}
