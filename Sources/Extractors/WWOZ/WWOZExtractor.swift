import Contracts
import Definitions
import EventRecords
import Fetching
import Markup
import Settings
import Time

/// Reads a day of the WWOZ Livewire calendar: its listing, the pages of the listed venues and events, and the artist's page
/// to which an event links for its own artist. Each page is requested once. A detail page that cannot be read costs only
/// its details.
public final class WWOZExtractor: Extractor {
  public let policy: FetchPolicy
  private let dataset: Dataset
  private let zone: TimeZoneRules
  private let reader: WWOZDayReader

  /// - Parameters:
  ///   - section: the section `extract`, of the form `form`.
  ///   - settings: the source of `BASE_URL`, `USER_AGENT` and `SOURCE_REQUESTS_PER_SECOND`, which win over the section.
  /// - Throws: `ConfigurationInvalid` with all problems of the settings, or if the zone's rules cannot be read; a retryable
  ///   error if a secret cannot be read now.
  public init(
    _ dataset: Dataset, section: Section = Section(), settings: inout Configuration
  ) throws(PipelineError) {
    self.dataset = dataset
    policy = try FetchPolicy(wwoz: section, settings: &settings)
    zone = try dataset.timeZoneRules()
    reader = WWOZDayReader(site: policy.site)
  }

  /// - Throws: besides the errors of `Extractor`, `SourceChanged` for a listing that these rules do not understand, and
  ///   for one that robots.txt disallows.
  public func extract(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline
  ) throws(PipelineError) -> Extract<EventRecord> {
    let day = try day(of: item, via: fetcher, deadline: deadline)
    let scrapeTime = RFC3339.string(day.listedAt, offset: zone.offset(at: day.listedAt))
    return Extract(
      records: try day.records(of: dataset, zone: zone, scrapeTime: scrapeTime), rejected: day.listing.rejected,
      warnings: day.listing.warnings + day.warnings,
      failedPages: day.failed.map { FailedPage(url: $0.url, error: $0.error) },
      pagesRead: day.pagesRead, listedAt: day.listedAt)
  }

  func day(of item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline) throws(PipelineError) -> WWOZDay {
    guard let date = item.date, item == WorkItem(date: date) else {
      throw PipelineError(
        .invalidInput, "the item '\(item)' is not a day: this dataset's items have their date as id, and no parameters")
    }
    var reader = reader
    // The site may have moved since an archive was written.
    if let site = fetcher.archivedSite(holding: WWOZDayReader.listingPath(of: date)), site != policy.site {
      reader = WWOZDayReader(site: site)
    }
    return try reader.read(date, via: fetcher, deadline: deadline)
  }
}
