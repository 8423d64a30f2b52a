import Contracts
import EventRecords
import Fetching
import ScrapingSupport
import TestSupport
import Time
import WWOZExtractor

/// Reads a listing, by default that of 2024-05-31.
func readListing(_ html: String, date: String = "2024-05-31") throws -> WWOZListing {
  try WWOZListingReader(site: site).read(makePage(html), date: try day(date))
}

/// Extracts 2024-05-31.
func extract(_ fake: FakeSite, deadline: Deadline = .none(on: ManualTime())) throws -> Extract<EventRecord> {
  try makeExtractor().extract(WorkItem(date: day("2024-05-31")), via: fake, deadline: deadline)
}
