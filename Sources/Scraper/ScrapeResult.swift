import Time

/// The body of the scraper's answer.
public struct ScrapeResult: Encodable {
  struct Pages: Encodable {
    let read: Int
    let failed: Int
  }

  let status = "success"
  let message: String
  let date: CalendarDate
  let eventCount: Int
  let s3URL: String
  let s3Key: String
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
    case rejectedCount = "rejected_count"
    case failedPages = "failed_pages"
  }

  init(_ day: WWOZDay, key: String, url: String, run: String) {
    let lost = [(day.failed.count, "pages could not be read"), (day.listing.rejected.count, "rows were rejected")]
    message = (["\(day.listing.shows.count) events"] + lost.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" })
      .joined(separator: ", ")
    date = day.listing.date
    eventCount = day.listing.shows.count
    s3URL = url
    s3Key = key
    self.run = run
    pages = Pages(read: day.pagesRead, failed: day.failed.count)
    rejectedCount = day.listing.rejected.count
    failedPages = Array(day.failed.prefix(Self.longestList))
    rejected = Array(day.listing.rejected.prefix(Self.longestList))
    remarks = Array(day.listing.remarks.prefix(Self.longestList))
  }
}
