import Contracts
import Fetching
import Foundation
import Markup
import Time
import WWOZExtractor

/// The first byte chooses the kind of page and its declared encoding; the rest is the page.
final class HTMLTarget {
  nonisolated(unsafe) static let shared = HTMLTarget()
  private static let charsets = [nil, "utf-8", "windows-1252", "utf-16", "no-such-encoding", "shift_jis", "gbk"]

  private let listing: WWOZListingReader
  private let detail: WWOZDetailReader
  private let date: CalendarDate

  private init() {
    guard let site = Site("https://www.wwoz.org"), let date = CalendarDate("2024-05-31") else {
      preconditionFailure("a plain address and a plain date must be right")
    }
    (listing, detail, self.date) = (WWOZListingReader(site: site), WWOZDetailReader(site: site), date)
  }

  func read(_ input: Data) throws {
    guard let first = input.first else { return }
    let charset = Self.charsets[Int(first / 4) % Self.charsets.count]
    let page = Page(Data(input.dropFirst()), charset: charset, validated: Date(timeIntervalSince1970: 0))
    do {
      switch first % 4 {
      case 0:
        let found = try listing.read(page, date: date)
        for show in found.shows {
          try require(show.path.utf8.first == UInt8(ascii: "/"), "an event's path is '\(show.path)'")
          try require(!show.venue.isEmpty && !show.artist.isEmpty, "a show without a venue or an artist")
        }
      case 1: _ = try detail.venue(page)
      case 2: _ = try detail.event(page)
      default: _ = try detail.artist(page)
      }
    } catch is PipelineError {
    } catch is MarkupError {
    } catch is WWOZDetailReader.NotTheNode {
    }
  }
}
