import Contracts
import EventRecords
import Foundation
import ScrapingSupport
import Testing

@testable import Fetching
@testable import WWOZExtractor

/// The conditions that a page as a whole must meet.
struct WWOZListingFrameTests {
  private func refusal(_ html: String, date: String = "2024-05-31") throws -> PipelineError? {
    do {
      _ = try readListing(html, date: date)
      return nil
    } catch { return try #require(error as? PipelineError) }
  }

  private func expectChanged(_ html: String, _ reason: String, date: String = "2024-05-31") throws {
    let error = try refusal(html, date: date)
    #expect(error?.name == .sourceChanged)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "it was read")")
    #expect(error?.message.hasSuffix("stored data were not touched, the rules are in Sources/Extractors/WWOZ") == true)
  }

  private let full = makeListing([
    makePanel(rows: [makeRow(), makeRow()]), makePanel(venue: "Other", rows: [makeRow()]),
  ])

  @Test(
    "A page without the listing's frame is SourceChanged",
    arguments: [
      "", " \n", "<html><body><h1>Down for maintenance</h1></body></html>", "{\"error\":1}",
      "<div class='livewire-listings'></div><p>x</p>",
    ])
  func noFrame(html: String) throws {
    #expect(try refusal(html)?.name == .sourceChanged)
  }

  @Test(
    "A class with another name is SourceChanged, whichever class it is",
    arguments: ["livewire-calendar\"", "livewire-listing", "panel panel-default", "panel-title", "calendar-info"])
  func drift(name: String) throws {
    #expect(full.contains(name))
    let drifted = full.replacingOccurrences(of: name, with: "v2-" + name.replacingOccurrences(of: " ", with: " v2-"))
    #expect(try refusal(drifted)?.name == .sourceChanged)
  }

  @Test("Rows that lack a field of every row are SourceChanged")
  func fieldsMissing() throws {
    let missing: [(String, String)] = [
      (full.replacingOccurrences(of: "href=\"/events/", with: "data-href=\"/events/"), "has no link"),
      (full.replacingOccurrences(of: "/organizations/", with: "/venues/"), "has no link"),
      (full.replacingOccurrences(of: "3:00pm", with: "3:00"), "the time '3:00' is not clear"),
      (full.replacingOccurrences(of: "3:00pm", with: ""), "no time is given"),
      (full.replacingOccurrences(of: "Big Example", with: ""), "no artist is named"),
      (
        full.replacingOccurrences(of: "Example Hall", with: "").replacingOccurrences(of: "Other", with: ""),
        "no venue is named"
      ),
      (full.replacingOccurrences(of: "May", with: "Mai"), "no day is named"),
    ]
    for (html, reason) in missing {
      // The heading keeps its text.
      let html = html.replacingOccurrences(of: "Friday, Mai 31, 2024", with: "Friday, May 31, 2024")
      try expectChanged(html, reason)
    }
  }

  @Test("More than half of the rows must have problems for that")
  func half() throws {
    let good = makeRow()
    let bad = makeRow(link: nil)
    #expect(try readListing(makeListing([makePanel(rows: [good, bad])])).shows.count == 1)
    #expect(try readListing(makeListing([makePanel(rows: [good, good, bad, bad])])).rejected.count == 2)
    try expectChanged(makeListing([makePanel(rows: [good, bad, bad])]), "2 of 3 rows")
    try expectChanged(makeListing([makePanel(rows: [bad])]), "1 of 1 rows")
  }

  @Test("The listing of another day is not taken for that of the requested day")
  func otherDay() throws {
    try expectChanged(full, "is of another day, 2024-05-31", date: "2024-06-01")
    try expectChanged(makeListing(current: "2024-06-01"), "is of another day, 2024-06-01")
    try expectChanged(makeListing(heading: "Friday, May 31, 2025"), "is of another day, 2025-05-31")
    try expectChanged(makeListing(next: "2024-06-08"), "has 2024-06-08 as a neighbouring day")
    try expectChanged(makeListing(previous: "2023-05-30"), "has 2023-05-30 as a neighbouring day")
    // Otherwise an empty page of another day would be a day without shows.
    try expectChanged(makeListing([]), "is of another day, 2024-05-31", date: "2024-06-01")
  }

  @Test("The day must be named at least once")
  func signsOfTheDay() throws {
    #expect(try readListing(makeListing(heading: nil)).shows.count == 1)
    #expect(try readListing(makeListing(heading: "Today")).shows.count == 1)
    #expect(try readListing(makeListing(current: nil)).shows.count == 1)
    #expect(try readListing(makeListing(previous: "", next: "x")).shows.count == 1)
    try expectChanged(makeListing(heading: nil, current: nil), "does not name its day")
  }

  @Test("A page that ends anywhere within its listing is refused")
  func cutShort() throws {
    let start = try #require(full.range(of: "livewire-listing\">")).upperBound
    let end = try #require(full.range(of: "</section>")).lowerBound
    var cut = start
    var count = 0
    while cut < end {
      #expect(try refusal(String(full[..<cut]))?.name == .sourceChanged)
      count += 1
      cut = full.index(cut, offsetBy: 31, limitedBy: end) ?? end
    }
    #expect(count > 50)
  }
}
