import Text
import Time

/// The address of a listing: `/calendar/livewire-music?date=2024-05-31&page=1`.
struct ListingAddress: Equatable {
  private static let path = "/calendar/livewire-music"

  /// The part before the query.
  let path: String
  private let items: [Substring]

  init(_ pathAndQuery: String) {
    let parts = pathAndQuery.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(parts.first ?? "")
    items = parts.count > 1 ? parts[1].split(separator: "&") : []
  }

  /// Returns the root-relative address of a day's listing.
  static func path(of date: some CustomStringConvertible) -> String { "\(path)?date=\(date)" }

  /// The value of `date`; nil if there is none.
  var date: String? { value(of: "date") }

  /// The number of a further page of the listing of a day; nil for any other address.
  /// - Parameter day: the requested day. An address without a date, or with one that is not written as a date, is one of the
  ///   same day: the page itself says which day it is of.
  func furtherPage(of day: String) -> String? {
    let named = date.flatMap { CalendarDate($0)?.description } ?? day
    guard path == Self.path, named == day, let page = value(of: "page"), !page.isEmpty else { return nil }
    // Drupal counts from 0, and has a list of numbers when several lists of a page have pagers: `0,1`.
    let numbers = page.split(separator: ",").map { number in Int(digits: number).map(String.init) ?? String(number) }
    return numbers.allSatisfy { $0 == "0" } ? nil : numbers.joined(separator: ",")
  }

  /// The address with the date, which the source would take as today's without it.
  func pathAndQuery(on day: String) -> String {
    let items = date == nil ? ["date=\(day)"] + items : items
    return "\(path)?\(items.joined(separator: "&"))"
  }

  private func value(of name: String) -> String? {
    items.first { $0.hasPrefix("\(name)=") }.map { PercentEncoding.decode($0.dropFirst(name.utf8.count + 1)) }
  }
}
