import Fetching
import Foundation

/// Reads the first line as the link of a page's base, and each other line as a link on the page.
enum AddressTarget {
  static func read(_ input: Data) throws {
    guard let site = Site("https://www.wwoz.org") else { return }
    let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let page = "/calendar/livewire-music?date=2024-05-31"
    let base = lines.first.flatMap { $0.isEmpty ? nil : $0 }
    let links = LinkResolver(site, page: page, baseHref: base)
    let plain = LinkResolver(site, page: page)
    for link in lines.dropFirst() {
      guard let path = links.path(of: link) else { continue }
      let url = site.url(of: path)
      try require(path.utf8.first == UInt8(ascii: "/"), "'\(link)' leads to '\(path)'")
      try require(url == site.origin + path, "'\(path)' is requested as '\(url)'")
      try require(site.path(of: url) == path, "'\(url)' is not a page of the site")
      try require(plain.path(of: path) == path, "'\(path)' leads to '\(plain.path(of: path) ?? "nothing")'")
      try require(plain.path(of: "\(path)#x") == path, "'\(path)' with a fragment leads elsewhere")
      try require(plain.path(of: "HTTP://WWW.wwoz.ORG:80\(path)") == path, "'\(path)' has no other spelling")
      // Foundation must agree that it is a page of the site.
      let parts = URLComponents(string: url)
      try require(parts?.host == "www.wwoz.org" && parts?.user == nil && parts?.port == nil, "'\(url)' leads elsewhere")
    }
  }
}
