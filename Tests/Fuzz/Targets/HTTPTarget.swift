import Fetching
import Foundation
import HTTPExtractor

/// Reads the first line as the path to a document's value, the second as a template, and the rest as a Link header.
enum HTTPTarget {
  static func read(_ input: Data) throws {
    guard let site = Site("https://api.example.org") else { return }
    let lines = input.split(separator: UInt8(ascii: "\n"), maxSplits: 2, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    let text = lines.count > 1 ? lines[1] : ""
    let paging = PagingProbe(site: site, address: "https://api.example.org/a/items?page=1")
    try require(PagingProbe.readsPath(lines.first ?? ""), "the path '\(lines.first ?? "")' finds what is not there")
    let filled = PagingProbe.filled(text, with: "v&/ \"")
    try require(
      !filled.utf8.contains(UInt8(ascii: " ")) || text.utf8.contains(UInt8(ascii: " ")), "'\(text)': \(filled)")
    guard let next = paging.next(lines.count > 2 ? lines[2] : "") else { return }
    // Foundation must agree that it is a page of the site.
    let parts = URLComponents(string: next)
    try require(
      parts?.host == "api.example.org" && parts?.user == nil && parts?.port == nil, "'\(next)' leads elsewhere")
    try require(site.path(of: next) != nil, "'\(next)' is no page of the site")
  }
}
