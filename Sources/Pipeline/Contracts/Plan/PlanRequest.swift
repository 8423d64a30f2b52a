import Time

/// The request to the date-range generator: `{"dataset": "news", "days_ahead": 30}`, or
/// `{"start_date": "2024-05-31", "end_date": "2024-06-02"}` for a backfill, or `{"items": ["2024-05-31", …]}` for items by
/// their ids. Without any of these it means what the dataset's plan says; without a dataset, the standard one. Other keys,
/// such as a schedule's own, are ignored. `max_failures` and `cached_from` are used by the state machine, and checked
/// here, before the run begins. `PlanRequest+Coding.swift` describes the requests of EventBridge.
public struct PlanRequest: Equatable, Sendable {
  public var dataset: String?
  /// The name of a profile of the dataset's plan. Without a dataset it means every dataset that declares the profile.
  public var jobType: String?
  /// The bucket and the key of an object of S3: the parameters `{bucket}` and `{key}` of each item.
  public var bucket: String?
  public var key: String?
  public var daysAhead: Int?
  public var startDate: String?
  public var endDate: String?
  /// The ids of the items: at least one, at most `Limits.maximumItems`, each once.
  public var items: [String]?
  /// The number of failed items that the run tolerates, 0 to `Limits.maximumToleratedFailures`; nil for the rule of
  /// `Limits.toleratedFailurePercent`.
  public var maxFailures: Int?
  /// The first day that is cached, of a run over years; nil for all.
  public var cachedFrom: String?

  /// The days after today of a run that names no range, unless the plan says how many.
  public static let defaultDaysAhead = 30

  public init(
    dataset: String? = nil, daysAhead: Int? = nil, startDate: String? = nil, endDate: String? = nil,
    items: [String]? = nil, maxFailures: Int? = nil, cachedFrom: String? = nil, jobType: String? = nil,
    bucket: String? = nil, key: String? = nil
  ) {
    self.items = items
    self.maxFailures = maxFailures
    self.cachedFrom = cachedFrom
    self.dataset = dataset
    self.daysAhead = daysAhead
    self.startDate = startDate
    self.endDate = endDate
    self.jobType = jobType
    self.bucket = bucket
    self.key = key
  }

  /// True for the start of a job without a dataset: it is no run, but starts a run of each dataset that declares it.
  public var startsJob: Bool { dataset == nil && jobType != nil }

  /// Returns the requested dates, first to last. They are the items of a dataset whose items are days.
  /// - Parameters:
  ///   - today: the dataset's local day.
  ///   - standard: the days after today of a request without a range.
  /// - Throws: `InvalidInput`.
  public func dates(
    today: CalendarDate, ahead standard: Int = defaultDaysAhead
  ) throws(PipelineError) -> [CalendarDate] {
    try checkOptions()
    guard let items else { return try range(today: today, ahead: standard).dates }
    guard daysAhead == nil, startDate == nil, endDate == nil else {
      throw PipelineError(.invalidInput, "give either items, or a range of dates, not both")
    }
    try Self.checkCount(of: items)
    let dates = try items.map { id throws(PipelineError) in try CalendarDate(input: id, named: "items") }.sorted()
    for (date, next) in zip(dates, dates.dropFirst()) where date == next {
      throw PipelineError(.invalidInput, "items has \(date) twice: name each item once")
    }
    return dates
  }

  /// Returns the requested items of a dataset whose plan has a fixed list of them: all, or those that are named by their
  /// ids, in the order of the plan.
  /// - Parameters:
  ///   - plan: all items of the plan.
  ///   - dataset: the dataset's id, for messages.
  /// - Throws: `InvalidInput` for a range of dates, and for an unknown id, with those that are known.
  public func items(of plan: [WorkItem], in dataset: String) throws(PipelineError) -> [WorkItem] {
    try checkOptions()
    let ofDates = [
      ("days_ahead", daysAhead != nil), ("start_date", startDate != nil), ("end_date", endDate != nil),
      ("cached_from", cachedFrom != nil),
    ].filter(\.1).map(\.0)
    guard ofDates.isEmpty else {
      throw PipelineError(
        .invalidInput,
        "dataset \(dataset) has no dates: leave out \(ofDates.joined(separator: " and ")), or name items of its plan")
    }
    guard let items else { return plan }
    try Self.checkCount(of: items)
    var wanted: Set<String> = []
    for id in items {
      guard plan.contains(where: { $0.id == id }) else {
        throw PipelineError(
          .invalidInput,
          "items has '\(id.prefix(40))', which is no item of the dataset \(dataset): it has \(Self.listed(plan))")
      }
      guard wanted.insert(id).inserted else {
        throw PipelineError(.invalidInput, "items has \(id) twice: name each item once")
      }
    }
    return plan.filter { wanted.contains($0.id) }
  }

  /// The ids of a plan for a person: the first twenty.
  private static func listed(_ plan: [WorkItem]) -> String {
    let more = plan.count > 20 ? " and \(plan.count - 20) more" : ""
    return plan.prefix(20).map(\.id).joined(separator: ", ") + more
  }

  static func checkCount(of items: [String]) throws(PipelineError) {
    guard (1...Limits.maximumItems).contains(items.count) else {
      throw PipelineError(.invalidInput, "there are \(items.count) items: give 1 to \(Limits.maximumItems)")
    }
  }

  func checkOptions() throws(PipelineError) {
    if let maxFailures, !(0...Limits.maximumToleratedFailures).contains(maxFailures) {
      throw PipelineError(
        .invalidInput,
        "max_failures is \(maxFailures): it must be 0 to \(Limits.maximumToleratedFailures); without it a run that no "
          + "schedule started tries every item")
    }
    if let cachedFrom { _ = try CalendarDate(input: cachedFrom, named: "cached_from") }
  }

  private func range(today: CalendarDate, ahead standard: Int) throws(PipelineError) -> ClosedRange<CalendarDate> {
    switch (daysAhead, startDate, endDate) {
    case (let days, nil, nil):
      let days = days ?? standard
      let limit = Limits.maximumItems
      guard (0..<limit).contains(days) else {
        throw PipelineError(
          .invalidInput, "days_ahead is \(days): it must be 0 to \(limit - 1), today and the days after it")
      }
      return today...today.adding(days: days)
    case (nil, let start, let end):
      return try ClosedRange(inputStart: start, end: end)
    default:
      throw PipelineError(.invalidInput, "give either days_ahead, or start_date and end_date, not both")
    }
  }
}
