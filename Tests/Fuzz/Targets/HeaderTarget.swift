import Fetching
import Foundation
import HTTP

/// Reads the input as header lines, an empty line and a robots.txt. Every header value is parsed as every kind of value.
enum HeaderTarget {
  static func read(_ input: Data) throws {
    let end = input.range(of: Data("\n\n".utf8))
    var headers = HTTPHeaders()
    for line in input[..<(end?.lowerBound ?? input.endIndex)].split(separator: UInt8(ascii: "\n")) {
      headers.receive(line)
    }
    for (name, value) in headers {
      try require(
        headers.contains { $0.value == headers[name] },
        "'\(name)' is \(headers[name] ?? "nothing"), which is in no line"
      )
      if let wait = retryAfter(value, now: Date(timeIntervalSince1970: 1_700_000_000)) {
        try require((.zero ... .seconds(86_400)).contains(wait), "Retry-After '\(value)' waits \(wait)")
      }
      _ = HTTPDate.parse(value)
      if let site = Site(value) {
        let home = site.url(of: "/")
        try require(
          Site(home) == site && site.path(of: home) == "/",
          "the site '\(value)' does not recognize its own address \(home)")
      }
      if let site = Site("https://www.wwoz.org"), let path = site.path(of: value) {
        try require(path.utf8.first == UInt8(ascii: "/"), "the link '\(value)' leads to '\(path)'")
        let url = site.url(of: path)
        try require(site.path(of: url).map(site.url) == url, "'\(url)' does not lead back to itself")
      }
    }
    try answer(headers)
    try redaction(headers)
    guard let end else { return }
    let rules = RobotsRules(input[end.upperBound...], userAgent: "festvibes-etl/1.0")
    try require(rules.allows("/robots.txt"), "robots.txt itself is forbidden")
    try require(rules.crawlDelay.map { (.zero ... .seconds(3600)).contains($0) } ?? true, "\(rules)")
    _ = rules.allows("/calendar/livewire-music?date=2024-05-31")
  }

  /// Reads the headers as those of a page and of a redirect. Foundation must agree that a target within the site is one.
  private static func answer(_ headers: HTTPHeaders) throws {
    let url = "https://www.wwoz.org/events/1"
    let now = Date(timeIntervalSince1970: 0)
    let page = PageResponse(url: url, status: 200, headers: headers, body: Data(), fetchedAt: now)
    guard let site = Site("https://www.wwoz.org") else { return }
    let policy = FetchPolicy(
      site: site, userAgent: "fuzz", requestsPerSecond: 1, mediaTypes: ["text/html", "application/xhtml+xml"])
    do { _ = try page.page(validated: now, accepting: policy) } catch {}
    let moved = PageResponse(url: url, status: 301, headers: headers, body: Data(), fetchedAt: now)
    guard let target = moved.redirect, site.path(of: target) != nil else {
      return
    }
    let parts = URLComponents(string: target)
    try require(
      parts?.scheme?.lowercased() == "https" && parts?.host?.lowercased() == "www.wwoz.org" && parts?.user == nil,
      "'\(target)' is treated as a page of www.wwoz.org")
  }

  /// Checks that no neighbour of a secret query item keeps the secret from being replaced, and that redaction is
  /// idempotent.
  private static func redaction(_ headers: HTTPHeaders) throws {
    guard let site = Site("https://www.wwoz.org") else { return }
    let redactor = Redactor(
      FetchPolicy(
        site: site, userAgent: "fuzz", requestsPerSecond: 1,
        authentication: .query(name: "key", value: "hidden-value")))
    for (_, value) in headers {
      let once = redactor.text(value)
      try require(redactor.text(once) == once, "'\(once)' is redacted to '\(redactor.text(once))'")
      let address = redactor.address("https://www.wwoz.org/x?a=\(value)&key=hidden-value#\(value)")
      try require(!address.contains("hidden-value"), "'\(address)' has a secret")
    }
  }
}
