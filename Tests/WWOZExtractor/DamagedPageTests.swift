import Contracts
import EventRecords
import Foundation
import ScrapingSupport
import TestSupport
import Testing

@testable import Fetching
@testable import WWOZExtractor

struct DamagedPageTests {
  /// Returns the page, cut at random and with bytes flipped at random.
  private func damaged(_ page: Data, _ random: inout SplitMix) -> Page {
    var bytes = page
    if UInt8.random(in: 0..<2, using: &random) == 0 {
      bytes = bytes.prefix(Int.random(in: 0...page.count, using: &random))
    }
    for _ in 0..<Int.random(in: 0...12, using: &random) where !bytes.isEmpty {
      bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    }
    return Page(bytes)
  }

  @Test("A damaged listing is read or refused by name, and its shows are consistent")
  func listings() throws {
    let rows = (1...6).map { makeRow(artist: "Artist & \($0)", link: "/events/\($0)") }
    let page = Data(makeListing([makePanel(rows: rows), makePanel(venue: "Café", rows: rows)]).utf8)
    let reader = WWOZListingReader(site: site)
    let date = try day("2024-05-31")
    var random = SplitMix(seed: 1)
    var read = 0
    for _ in 0..<2000 {
      do {
        let listing = try reader.read(damaged(page, &random), date: date)
        read += 1
        #expect(listing.shows.allSatisfy { !$0.artist.isEmpty && !$0.venue.isEmpty && $0.path.hasPrefix("/events/") })
        // Of the page's twelve rows, some may have become the same show.
        #expect(listing.rejected.count * 2 <= max(12, listing.shows.count + listing.rejected.count))
      } catch {
        #expect(error.name == .sourceChanged)
      }
    }
    #expect(read > 100)
  }

  @Test("A damaged detail page is read or refused")
  func details() throws {
    let page = Data(
      makeDetailPage(
        .event, makeAddress(), makeBody("<p>One &amp; two.</p>"), makeArtists(("A", "/artists/a"), ("B", "/artists/b")),
        makeGenres("Jazz", "R&amp;B"), makeField("field-url", "<a href=\"http://example.com\">x</a>")
      ).utf8)
    let reader = WWOZDetailReader(site: site)
    var random = SplitMix(seed: 2)
    var read = 0
    for _ in 0..<2000 {
      let page = damaged(page, &random)
      for work in [{ _ = try reader.venue($0) }, { _ = try reader.event($0) }, { _ = try reader.artist($0) }]
        as [(Page) throws -> Void]
      {
        do {
          try work(page)
          read += 1
        } catch {}
      }
    }
    #expect(read > 100)
  }
}
