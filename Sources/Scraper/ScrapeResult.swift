import RawStore
import Time

/// The body of the scraper's answer.
public struct ScrapeResult: Encodable {
  struct Pages: Encodable {
    let read: Int
    let failed: Int
    /// Answers that the site sent, whatever they were worth.
    let fetched: Int
    /// The site said that they are those that were known.
    let validated: Int
    /// Another scraper of the run had asked for them, or an earlier try of this one.
    let shared: Int
  }

  let status = "success"
  let message: String
  let date: CalendarDate
  let eventCount: Int
  let s3URL: String
  public let s3Key: String
  /// The WARC file with the pages that the document was made of.
  public let archiveKey: String
  let run: String
  let pages: Pages
  /// How many rows of the listing are no event.
  let rejectedCount: Int
  /// Of these three the first hundred: the answer goes through Step Functions, whose states hold 256 KB. The log has all.
  let failedPages: [WWOZDay.FailedPage]
  let rejected: [WWOZListing.Problem]
  /// What is wrong with rows that are events all the same.
  let remarks: [WWOZListing.Problem]

  private static let longestList = 100

  enum CodingKeys: String, CodingKey {
    case status, message, date, run, pages, rejected, remarks
    case eventCount = "event_count"
    case s3URL = "s3_url"
    case s3Key = "s3_key"
    case archiveKey = "archive_key"
    case rejectedCount = "rejected_count"
    case failedPages = "failed_pages"
  }

  /// - Parameter counts: nil when no page was asked for.
  init(_ day: WWOZDay, key: RawKey, url: String, archive: String, run: String, counts: SharedPages.Counts?) {
    let lost = [(day.failed.count, "pages could not be read"), (day.listing.rejected.count, "rows were rejected")]
    message = (["\(day.listing.shows.count) events"] + lost.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" })
      .joined(separator: ", ")
    date = day.listing.date
    eventCount = day.listing.shows.count
    s3URL = url
    s3Key = "\(key)"
    archiveKey = archive
    self.run = run
    pages = Pages(
      read: day.pagesRead, failed: day.failed.count, fetched: counts?.fetched ?? 0, validated: counts?.validated ?? 0,
      shared: counts?.shared ?? 0)
    rejectedCount = day.listing.rejected.count
    failedPages = Array(day.failed.prefix(Self.longestList))
    rejected = Array(day.listing.rejected.prefix(Self.longestList))
    remarks = Array(day.listing.remarks.prefix(Self.longestList))
  }
}
