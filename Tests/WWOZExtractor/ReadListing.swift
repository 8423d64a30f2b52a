import Fetching
import ScrapingSupport
import WWOZExtractor

/// Reads a listing, by default that of 2024-05-31.
func readListing(_ html: String, date: String = "2024-05-31") throws -> WWOZListing {
  try WWOZListingReader(site: site).read(makePage(html), date: try day(date))
}
