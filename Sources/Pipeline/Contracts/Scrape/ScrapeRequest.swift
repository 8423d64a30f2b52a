/// The request to the scraper: `{"dataset": "news", "item": {"id": …, "date": …}, "run": "ID"}`. The former shapes
/// `{"queryStringParameters": {"date": "2024-05-31"}}` and `{"date": …}` are read as well.
public struct ScrapeRequest: Codable, Equatable, Sendable {
  public struct Query: Codable, Equatable, Sendable {
    public let date: String?
  }

  /// The order to read an archive instead of the source.
  public struct Replay: Codable, Equatable, Sendable {
    /// The run whose archive is read; nil for the newest archive of the item.
    public let run: String?

    public init(run: String? = nil) { self.run = run }
  }

  public var dataset: String?
  public var item: WorkItem?
  public var queryStringParameters: Query?
  public var date: String?
  /// The run's name; without it the request's own id is the name.
  public var run: String?
  /// The start of the run, RFC 3339. A page validated since then is fresh; without it every page is requested.
  public var started: String?
  /// The number of scrapers of the run that share the source's rate; `Limits.concurrentItems` if nil.
  public var sharing: Int?
  /// The index of the item in its run, from 0. It staggers the scrapers that start at once.
  public var slot: Int?
  public var replay: Replay?
  /// True if a person watches the run, so that the scraper reports its progress.
  public var progress: Bool?

  public init(
    dataset: String? = nil, item: WorkItem, run: String? = nil, started: String? = nil, sharing: Int? = nil,
    slot: Int? = nil, replay: Replay? = nil
  ) {
    self.dataset = dataset
    self.item = item
    self.run = run
    self.started = started
    self.sharing = sharing
    self.slot = slot
    self.replay = replay
  }

  /// - Throws: `InvalidInput` if the request names no item, or its date is malformed.
  public func workItem() throws(PipelineError) -> WorkItem {
    try ItemReference.resolve(
      item, orDate: queryStringParameters?.date ?? date,
      missing: "item is missing: give it as {\"item\": {\"id\": …, \"date\": …}}, or give a date")
  }
}
