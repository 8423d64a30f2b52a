import Foundation
import HTTP
import ScraperFunction

/// Header lines, an empty line, and then a robots.txt; every value is read as whatever a header may hold.
enum HeaderTarget {
  static func read(_ input: Data) throws {
    let end = input.range(of: Data("\n\n".utf8))
    var headers = HTTPHeaders()
    for line in input[..<(end?.lowerBound ?? input.endIndex)].split(separator: UInt8(ascii: "\n")) {
      headers.receive(line)
    }
    for (name, value) in headers {
      try require(headers[name] != nil, "'\(name)' was read and is not there")
      if let wait = retryAfter(value, now: Date(timeIntervalSince1970: 1_700_000_000)) {
        try require((.zero ... .seconds(86_400)).contains(wait), "Retry-After '\(value)' waits \(wait)")
      }
      _ = HTTPDate.parse(value)
      if let site = Site(value) {
        try require(site.url(of: "/").hasPrefix("http"), "'\(value)' is a site at \(site.url(of: "/"))")
      }
      if let site = Site("https://www.wwoz.org"), let path = site.path(of: value) {
        try require(path.utf8.first == UInt8(ascii: "/"), "the link '\(value)' leads to '\(path)'")
        let url = site.url(of: path)
        try require(site.path(of: url).map(site.url) == url, "'\(url)' does not lead back to itself")
      }
    }
    let exchange = PageExchange(
      url: "https://www.wwoz.org/", status: 200, headers: headers, body: Data(), fetchedAt: Date())
    do { _ = try exchange.page(validated: Date()) } catch {}
    guard let end else { return }
    let rules = RobotsRules(input[end.upperBound...], userAgent: "festvibes-etl/1.0")
    try require(rules.allows("/robots.txt"), "robots.txt itself is forbidden")
    try require(rules.crawlDelay.map { (.zero ... .seconds(3600)).contains($0) } ?? true, "\(rules)")
    _ = rules.allows("/calendar/livewire-music?date=2024-05-31")
  }
}
