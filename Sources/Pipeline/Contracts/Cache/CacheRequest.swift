import FoundationEssentials
import Time

/// The request to the cache manager: `{"dataset": "news", "item": {…}}` for one item, or `{"items": [{…}, …]}` for the
/// items among them that have ever been loaded: nothing is known of the others.
///
/// `{"changed_since": "2024-05-31T03:00:00Z"}` publishes nothing. It asks for the items whose venues or artists changed since
/// then: a run publishes them with its own.
///
/// One of the requests at the end of a run that has not failed has `completion`: after the items are published, the publishers
/// that tell others of the run do so.
///
/// The former shapes are read as well: `{"queryStringParameters": {"date": "2024-05-31"}}`, or with `start_date` and
/// `end_date` for a range; `{"date": …}`; and `{"dates": ["2024-05-31", …]}` in place of `items`. A request without any
/// of these means today. Other keys are ignored; another query parameter is refused, because a misspelt one would mean
/// today.
public struct CacheRequest: Codable, Equatable, Sendable {
  public var dataset: String?
  public var item: WorkItem?
  public var items: [WorkItem]?
  public var queryStringParameters: [String: String?]?
  public var date: String?
  public var dates: [String]?
  /// The run's name, for the log; nil for a request outside of a run.
  public var run: String?
  /// RFC 3339.
  public var changedSince: String?
  /// The run, in one of the requests at its end, if it has not failed.
  public var completion: RunCompletion?

  enum CodingKeys: String, CodingKey {
    case dataset, item, items, queryStringParameters, date, dates, run, completion
    case changedSince = "changed_since"
  }

  public init(dataset: String? = nil, changedSince: Date) {
    self.dataset = dataset
    self.changedSince = RFC3339.utc(changedSince)
  }

  public init(dataset: String? = nil, item: WorkItem, run: String? = nil) {
    self.dataset = dataset
    self.item = item
    self.run = run
  }

  public init(dataset: String? = nil, items: [WorkItem], run: String? = nil, completion: RunCompletion? = nil) {
    self.dataset = dataset
    self.items = items
    self.run = run
    self.completion = completion
  }

  /// The requested scope.
  public enum Scope: Equatable, Sendable, CustomStringConvertible {
    case item(WorkItem)
    case range(ClosedRange<CalendarDate>)
    /// The items that have ever been loaded, among these: at least one, sorted, without duplicates.
    case loaded([WorkItem])

    public var description: String {
      switch self {
      case .item(let item): "\(item)"
      case .range(let range): "\(range.lowerBound) to \(range.upperBound)"
      case .loaded(let items): items.count == 1 ? "\(items[0])" : "\(items.count) items from \(items[0])"
      }
    }
  }

  /// Returns the time of a request for changed items; nil for another request.
  /// - Throws: `InvalidInput`.
  public func changesSince() throws(PipelineError) -> Date? {
    guard let changedSince else { return nil }
    guard item == nil, items == nil, dates == nil, date == nil, queryStringParameters == nil else {
      throw PipelineError(.invalidInput, "give changed_since alone, without items or dates")
    }
    guard let time = RFC3339.parse(changedSince)?.date else {
      throw PipelineError(
        .invalidInput, "changed_since is '\(changedSince.prefix(40))'; give a time such as 2024-05-31T03:00:00Z")
    }
    return time
  }

  /// - Parameter today: the dataset's local day. It is evaluated only for a request that means today.
  /// - Throws: `InvalidInput`, and the error of `today`.
  public func scope(today: @autoclosure () throws(PipelineError) -> CalendarDate) throws(PipelineError) -> Scope {
    let parameters = (queryStringParameters ?? [:]).compactMapValues { $0 }
    let unknown = Set(parameters.keys).subtracting(["date", "start_date", "end_date"]).sorted()
    guard unknown.isEmpty else {
      let names = unknown.joined(separator: ", ").prefix(80)
      throw PipelineError(
        .invalidInput, "unknown query parameter: \(names); allowed are date, start_date and end_date")
    }
    let shapes = [item != nil, items != nil, dates != nil, !parameters.isEmpty || date != nil].filter { $0 }.count
    guard shapes <= 1 else {
      throw PipelineError(.invalidInput, "give one of item, items, dates, a date, or a range")
    }
    if let item { return .item(item) }
    if let items { return .loaded(try Self.checked(items, named: "items")) }
    if let dates {
      let items = try dates.map { text throws(PipelineError) in
        WorkItem(date: try CalendarDate(input: text, named: "dates"))
      }
      return .loaded(try Self.checked(items, named: "dates"))
    }
    switch (parameters["date"] ?? date, parameters["start_date"], parameters["end_date"]) {
    case (nil, nil, nil): return .item(WorkItem(date: try today()))
    case (let date?, nil, nil): return .item(WorkItem(date: try CalendarDate(input: date, named: "date")))
    case (nil, let start, let end):
      return .range(try ClosedRange(inputStart: start, end: end))
    default:
      throw PipelineError(.invalidInput, "give either date, or start_date and end_date, not both")
    }
  }

  private static func checked(_ items: [WorkItem], named name: String) throws(PipelineError) -> [WorkItem] {
    guard (1...Limits.maximumItems).contains(items.count) else {
      throw PipelineError(.invalidInput, "there are \(items.count) \(name); give 1 to \(Limits.maximumItems)")
    }
    return Set(items).sorted()
  }
}
