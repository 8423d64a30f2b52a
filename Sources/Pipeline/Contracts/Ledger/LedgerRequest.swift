import FoundationEssentials
import Time

/// A ledger event, sent by the state machine to the loader, which has the database at hand. Items have the shape of
/// `WorkItem`:
///
///     {"ledger": {"dataset": "news", "run": "nightly-1",
///       "opened": {"trigger": "schedule", "started_at": "2024-05-31T08:00:00Z", "items": [{"id": …, "date": …}]}}}
///     {"ledger": {…, "failed": {"item": {"id": …, "date": …}, "stage": "scrape", "error": "SourceChanged",
///                               "cause": "…", "failed_at": "2024-05-31T08:00:09Z"}}}
///     {"ledger": {…, "closed": {"trigger": …, "started_at": …, "items": …, "ended_at": "2024-05-31T08:03:00Z",
///                               "failed_items": ["2024-05-31"]}}}
///     {"ledger": {…, "stopped": {"reason": "aborted", "trigger": …, "started_at": …, "ended_at": …, "note": "…"}}}
///
/// A run that was given up is closed with `error` and `cause` in place of `failed_items`, and its `items` may be empty;
/// beside `failed_items`, `cause` says what else was not done, and `enrichment`, of `stopped`, too, is a text, the JSON of
/// the run's enrichment. `origin` of `opened` and `closed`, which may be left out, has the run's job and object, and its host:
/// `{"job_type": …, "bucket": …, "key": …, "host": …}`. `trigger` is schedule, manual, replay or event; `stage` is
/// scrape, load or cache; `reason` is timed_out or aborted. The former shapes with `dates`, `date` and `failed_dates` are
/// read as well. An unknown field is an error, because the ledger would lose it.
public struct LedgerRequest: Codable, Equatable, Sendable {
  public let dataset: String?
  public let run: String
  public let event: LedgerEvent

  public init(dataset: String? = nil, run: String, event: LedgerEvent) {
    self.dataset = dataset
    self.run = run
    self.event = event
  }

  /// - Throws: `InvalidInput`, `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let fields = try StrictFields(decoder, known: ["dataset", "run", "opened", "failed", "closed", "stopped"])
    dataset = fields.has("dataset") ? try fields.text("dataset") : nil
    run = try fields.text("run")
    try RunName.check(run)
    guard let kind = fields.oneOf("opened", "failed", "closed", "stopped") else {
      throw PipelineError(.invalidInput, "ledger must have one of opened, failed, closed and stopped")
    }
    switch kind {
    case "opened":
      let fact = try fields.object(kind, known: ["trigger", "started_at", "items", "dates", "origin"])
      let opening = try RunOpening(fact)
      guard !opening.items.isEmpty else { throw fact.wrong(fact.itemsName, "is empty") }
      event = .opened(opening)
    case "failed":
      let fact = try fields.object(kind, known: ["item", "date", "stage", "error", "cause", "failed_at"])
      event = .failed(
        ItemFailure(
          item: try fact.item(), stage: try fact.name("stage"), error: try fact.text("error"),
          cause: try fact.textIfPresent("cause"), failedAt: try fact.time("failed_at")))
    case "stopped":
      let fact = try fields.object(kind, known: ["reason", "trigger", "started_at", "ended_at", "note", "enrichment"])
      event = .stopped(try RunStop(fact))
    default:
      let fact = try fields.object(
        kind,
        known: [
          "trigger", "started_at", "items", "dates", "ended_at", "failed_items", "failed_dates", "error", "cause",
          "origin", "enrichment",
        ])
      event = .closed(try RunClosing(fact))
    }
  }

  private enum CodingKeys: CodingKey { case dataset, run, opened, failed, closed, stopped }
  private enum FactKeys: String, CodingKey {
    case trigger, items, item, stage, error, cause, reason, note, origin, enrichment
    case startedAt = "started_at"
    case endedAt = "ended_at"
    case failedAt = "failed_at"
    case failedItems = "failed_items"
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(dataset, forKey: .dataset)
    try container.encode(run, forKey: .run)
    switch event {
    case .opened(let opening):
      var fact = container.nestedContainer(keyedBy: FactKeys.self, forKey: .opened)
      try Self.encode(opening, into: &fact)
    case .failed(let failure):
      var fact = container.nestedContainer(keyedBy: FactKeys.self, forKey: .failed)
      try fact.encode(failure.item, forKey: .item)
      try fact.encodeIfPresent(failure.stage, forKey: .stage)
      try fact.encode(failure.error, forKey: .error)
      try fact.encodeIfPresent(failure.cause, forKey: .cause)
      try fact.encode(RFC3339.utc(roundingToMilliseconds: failure.failedAt), forKey: .failedAt)
    case .closed(let closing):
      var fact = container.nestedContainer(keyedBy: FactKeys.self, forKey: .closed)
      try Self.encode(closing.opening, into: &fact)
      try fact.encode(RFC3339.utc(roundingToMilliseconds: closing.endedAt), forKey: .endedAt)
      try fact.encodeIfPresent(closing.enrichment, forKey: .enrichment)
      switch closing.outcome {
      case .finished(let failedItems, let cause):
        try fact.encode(failedItems, forKey: .failedItems)
        try fact.encodeIfPresent(cause, forKey: .cause)
      case .failed(let error, let cause):
        try fact.encode(error, forKey: .error)
        try fact.encodeIfPresent(cause, forKey: .cause)
      }
    case .stopped(let stop):
      var fact = container.nestedContainer(keyedBy: FactKeys.self, forKey: .stopped)
      try fact.encode(stop.reason, forKey: .reason)
      try fact.encode(stop.trigger, forKey: .trigger)
      try fact.encode(RFC3339.utc(roundingToMilliseconds: stop.startedAt), forKey: .startedAt)
      try fact.encode(RFC3339.utc(roundingToMilliseconds: stop.endedAt), forKey: .endedAt)
      try fact.encodeIfPresent(stop.note, forKey: .note)
      try fact.encodeIfPresent(stop.enrichment, forKey: .enrichment)
    }
  }

  private static func encode(
    _ opening: RunOpening, into fact: inout KeyedEncodingContainer<FactKeys>
  ) throws {
    try fact.encode(opening.trigger, forKey: .trigger)
    try fact.encode(RFC3339.utc(roundingToMilliseconds: opening.startedAt), forKey: .startedAt)
    try fact.encode(opening.items, forKey: .items)
    if !opening.origin.isEmpty { try fact.encode(opening.origin, forKey: .origin) }
  }
}

extension RunOpening {
  fileprivate init(_ fact: StrictFields) throws {
    self.init(
      trigger: try fact.name("trigger"), startedAt: try fact.time("started_at"), items: try fact.items(),
      origin: try fact.origin())
  }
}

extension RunStop {
  fileprivate init(_ fact: StrictFields) throws {
    self.init(
      trigger: try fact.name("trigger"), startedAt: try fact.time("started_at"), endedAt: try fact.time("ended_at"),
      reason: try fact.name("reason"), note: try fact.textIfPresent("note"),
      enrichment: try fact.objectText("enrichment"))
    guard endedAt >= startedAt else { throw fact.wrong("ended_at", "is before started_at") }
  }
}

extension RunClosing {
  fileprivate init(_ fact: StrictFields) throws {
    let opening = try RunOpening(fact)
    let endedAt = try fact.time("ended_at")
    guard endedAt >= opening.startedAt else { throw fact.wrong("ended_at", "is before started_at") }
    try fact.refuseBoth("failed_items", "failed_dates")
    let failedName = fact.has("failed_items") ? "failed_items" : "failed_dates"
    guard fact.has("error") != fact.has(failedName) else {
      throw PipelineError(.invalidInput, "ledger.closed must have either failed_items or error")
    }
    if fact.has("error") {
      let outcome = Outcome.failed(error: try fact.text("error"), cause: try fact.textIfPresent("cause"))
      self.init(opening: opening, endedAt: endedAt, outcome: outcome, enrichment: try fact.objectText("enrichment"))
      return
    }
    let failed = try fact.ids(failedName)
    guard !opening.items.isEmpty else { throw fact.wrong(fact.itemsName, "is empty") }
    guard Set(failed).isSubset(of: opening.items.map(\.id)) else {
      throw fact.wrong(failedName, "has an item that \(fact.itemsName) does not have")
    }
    self.init(
      opening: opening, endedAt: endedAt,
      outcome: .finished(failedItems: failed, cause: try fact.textIfPresent("cause")),
      enrichment: try fact.objectText("enrichment"))
  }
}
