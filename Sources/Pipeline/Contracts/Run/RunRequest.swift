import Time

/// The input of the state machine: a plan request, and how the run is done. All fields are optional; see `PlanRequest` for
/// the range or the items, and for `maxFailures` and `cachedFrom`.
public struct RunRequest: Codable, Equatable, Sendable {
  public var dataset: String?
  public var daysAhead: Int?
  public var startDate: String?
  public var endDate: String?
  public var items: [String]?
  public var maxFailures: Int?
  public var cachedFrom: String?
  /// The order to read archives instead of the source.
  public var replay: ScrapeRequest.Replay?
  /// Loads a listing that would cancel most of an item's stored records.
  public var allowShrink: Bool?
  /// The reason for the run; the schedule sends `schedule`.
  public var trigger: RunOpening.Trigger?

  enum CodingKeys: String, CodingKey {
    case dataset, items, replay, trigger
    case daysAhead = "days_ahead"
    case startDate = "start_date"
    case endDate = "end_date"
    case maxFailures = "max_failures"
    case cachedFrom = "cached_from"
    case allowShrink = "allow_shrink"
  }

  public init(
    dataset: String? = nil, plan: PlanRequest = PlanRequest(), replay: ScrapeRequest.Replay? = nil,
    allowShrink: Bool? = nil
  ) {
    self.dataset = dataset ?? plan.dataset
    daysAhead = plan.daysAhead
    startDate = plan.startDate
    endDate = plan.endDate
    items = plan.items
    maxFailures = plan.maxFailures
    cachedFrom = plan.cachedFrom
    self.replay = replay
    self.allowShrink = allowShrink
  }
}
