import Time

/// The body of the scraper's response.
public struct ScrapeResponse: Codable, Equatable, Sendable {
  /// The numbers of pages.
  public struct Pages: Codable, Equatable, Sendable {
    public let read: Int
    public let failed: Int
    /// Responses that the source sent, including unusable ones.
    public let fetched: Int
    /// Pages that the source confirmed as unchanged.
    public let validated: Int
    /// Pages that another scraper of the run, or an earlier attempt of this one, had read.
    public let shared: Int

    public init(read: Int, failed: Int, fetched: Int, validated: Int, shared: Int) {
      self.read = read
      self.failed = failed
      self.fetched = fetched
      self.validated = validated
      self.shared = shared
    }
  }

  public let status: String
  public let message: String
  public let dataset: String
  /// The id of the work item.
  public let item: String
  /// The item's date; left out for an item without one.
  public let date: CalendarDate?
  public let eventCount: Int
  public let s3URL: String
  /// The key of the extract document.
  public let s3Key: String
  /// The key of the WARC file with the pages that the document was made of.
  public let archiveKey: String
  public let run: String
  public let pages: Pages
  /// The number of rows that were rejected.
  public let rejectedCount: Int
  /// The first `Limits.maximumListedProblems` of each list; the log has all.
  public let failedPages: [FailedPage]
  public let rejected: [RowProblem]
  /// Problems of records that were kept.
  public let remarks: [RowProblem]
  /// The reason why the item as a whole is incomplete, for the run's table and its outcome, such as a robots.txt that
  /// asks for so long a delay that few pages fit into a run; left out if it is complete.
  public let notice: String?

  enum CodingKeys: String, CodingKey {
    case status, message, dataset, item, date, run, pages, rejected, remarks, notice
    case eventCount = "event_count"
    case s3URL = "s3_url"
    case s3Key = "s3_key"
    case archiveKey = "archive_key"
    case rejectedCount = "rejected_count"
    case failedPages = "failed_pages"
  }

  /// - Parameters:
  ///   - key: the key of the extract document; `url` is its `s3://` address.
  ///   - archive: the key of the WARC file.
  ///   - totals: the numbers of records and rejected rows, of which the extract has a part.
  public init(
    _ extract: Extract<some DocumentRecord>, totals: (records: Int, rejected: Int)? = nil, dataset: String,
    item: WorkItem, key: String, url: String, archive: String, run: String, pages: Pages, notice: String? = nil
  ) {
    let (count, rejectedCount) = totals ?? (extract.records.count, extract.rejected.count)
    let lost = [(extract.failedPages.count, "pages could not be read"), (rejectedCount, "rows were rejected")]
    status = "success"
    message = (["\(count) events"] + lost.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }).joined(separator: ", ")
    self.dataset = dataset
    self.item = item.id
    date = item.date
    eventCount = count
    s3URL = url
    s3Key = key
    archiveKey = archive
    self.run = run
    self.pages = pages
    self.rejectedCount = rejectedCount
    failedPages = Array(extract.failedPages.prefix(Limits.maximumListedProblems))
    rejected = extract.rejected.prefix(Limits.maximumListedProblems).map(\.problem)
    remarks = Array(extract.warnings.prefix(Limits.maximumListedProblems))
    self.notice = notice
  }
}
