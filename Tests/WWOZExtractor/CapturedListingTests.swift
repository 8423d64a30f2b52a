import Contracts
import EventRecords
import Foundation
import ScrapingSupport
import TestSupport
import Testing

@testable import Fetching
@testable import WWOZExtractor

/// Pages captured from the real site.
@Suite(.enabled(if: CapturedSite.isThere, "\(CapturedSite.missing)"))
struct CapturedListingTests {
  private func page(_ date: String) throws -> Data {
    try Data(contentsOf: #require(CapturedSite.folder).appending(path: "listings/\(date).html"))
  }

  @Test("A captured page is read as expected, venue by venue and row by row", arguments: ExpectedDay.captured)
  func rows(expected: ExpectedDay) throws {
    let listing = try WWOZListingReader(site: site).read(Page(page(expected.date)), date: day(expected.date))
    #expect(listing.shows.map(ExpectedDay.line) == expected.shows)
    #expect(listing.rejected.isEmpty)
    #expect(listing.warnings.isEmpty)
  }

  @Test("There are two captured pages, and the larger has 118 shows at 81 venues")
  func counts() throws {
    #expect(ExpectedDay.captured.map(\.date) == ["2024-05-31", "2024-06-02"])
    let listing = try WWOZListingReader(site: site).read(Page(page("2024-05-31")), date: day("2024-05-31"))
    #expect(listing.shows.count == 118)
    #expect(Set(listing.shows.map(\.venuePath)).count == 81)
  }

  @Test("A captured page that is cut off is never a shorter day")
  func cutShort() throws {
    let whole = try page("2024-05-31")
    let reader = WWOZListingReader(site: site)
    let date = try day("2024-05-31")
    let expected = try reader.read(Page(whole), date: date)
    for size in stride(from: 0, to: whole.count, by: 4999) {
      do {
        #expect(try reader.read(Page(whole.prefix(size)), date: date) == expected, "cut to \(size) bytes")
      } catch {
        #expect(error.name == .sourceChanged)
      }
    }
  }

  @Test("A captured page with broken bytes is read, or refused by name")
  func damage() throws {
    let whole = try page("2024-06-02")
    let reader = WWOZListingReader(site: site)
    let date = try day("2024-06-02")
    var random = SplitMix(seed: 20_240_602)
    for _ in 0..<50 {
      var bytes = whole
      for _ in 0..<500 {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      do { _ = try reader.read(Page(bytes), date: date) } catch {
        #expect(error.name == .sourceChanged)
      }
    }
  }
}
