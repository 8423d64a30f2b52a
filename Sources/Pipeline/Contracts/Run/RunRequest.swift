/// The input of the state machine: a plan request, and how the run is done. All fields are optional, and those of the plan
/// request are fields of this one.
@dynamicMemberLookup
public struct RunRequest: Equatable, Sendable {
  /// The range or the items, `maxFailures`, `cachedFrom`, the dataset and the job.
  public var plan: PlanRequest
  /// The order to read archives instead of the source.
  public var replay: ScrapeRequest.Replay?
  /// Loads a listing that would cancel most of an item's stored records.
  public var allowShrink: Bool?
  /// The reason for the run; the schedule sends `schedule`.
  public var trigger: RunOpening.Trigger?
  /// The name of the execution that asks the generator: the names of the runs that a job starts are made of it.
  public var run: String?

  public init(
    dataset: String? = nil, plan: PlanRequest = PlanRequest(), replay: ScrapeRequest.Replay? = nil,
    allowShrink: Bool? = nil, trigger: RunOpening.Trigger? = nil
  ) {
    self.plan = plan
    self.plan.dataset = dataset ?? plan.dataset
    self.replay = replay
    self.allowShrink = allowShrink
    self.trigger = trigger
  }

  public subscript<Value>(dynamicMember field: WritableKeyPath<PlanRequest, Value>) -> Value {
    get { plan[keyPath: field] }
    set { plan[keyPath: field] = newValue }
  }
}

extension RunRequest: Codable {
  private enum CodingKeys: String, CodingKey {
    case replay, trigger, run, detail
    case allowShrink = "allow_shrink"
  }

  /// - Throws: as `PlanRequest.init(from:)`.
  public init(from decoder: any Decoder) throws {
    plan = try PlanRequest(from: decoder)
    let top = try decoder.container(keyedBy: CodingKeys.self)
    let detail = try? top.nestedContainer(keyedBy: CodingKeys.self, forKey: .detail)
    replay =
      try top.decodeIfPresent(ScrapeRequest.Replay.self, forKey: .replay)
      ?? detail?.decodeIfPresent(ScrapeRequest.Replay.self, forKey: .replay)
    allowShrink =
      try top.decodeIfPresent(Bool.self, forKey: .allowShrink)
      ?? detail?.decodeIfPresent(Bool.self, forKey: .allowShrink)
    run = try? top.decodeIfPresent(String.self, forKey: .run)
    trigger = try ExecutionInput(from: decoder).givenTrigger
  }

  public func encode(to encoder: any Encoder) throws {
    try plan.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(replay, forKey: .replay)
    try container.encodeIfPresent(allowShrink, forKey: .allowShrink)
    try container.encodeIfPresent(trigger, forKey: .trigger)
    try container.encodeIfPresent(run, forKey: .run)
  }
}
