import Contracts
import EnricherFunction
import Enrichment
import Foundation
import TestSupport
import Time

@testable import LambdaRuntime
@testable import festvibes

/// Functions that record their calls, and fail as they are told.
final class FakeFunctions: RunFunctions {
  enum Event: Equatable {
    case opened, failed
    case closed(failed: [String], cause: String?, error: String?)
    case stopped
  }

  let time = ManualTime()
  var calls: [String] = []
  var events: [Event] = []
  var scrapes: [ScrapeRequest] = []
  var loads: [LoadRequest] = []
  var changed: [String] = []
  var needsLedger = false
  var notice: String?
  /// Breaches of expectations that change no status.
  var warnings: [String] = []
  var onCall: (String, LambdaContext) throws -> Void = { _, _ in }
  private let items: [WorkItem]
  private var failures: [String: (name: PipelineError.Name, times: Int)] = [:]

  init(items: [String]) {
    self.items = items.compactMap { try? WorkItem(id: $0, date: CalendarDate($0)) }
  }

  func fail(_ call: String, with name: PipelineError.Name, times: Int) { failures[call] = (name, times) }

  private func call(_ name: String, _ context: LambdaContext) throws {
    calls.append(name)
    try onCall(name, context)
    guard let failure = failures[name], failure.times > 0 else { return }
    failures[name]?.times -= 1
    throw PipelineError(failure.name, "so it is")
  }

  /// The responses of the enricher, one for each call; none if this process does not enrich.
  var enrichments: [EnrichmentCounts] = []
  var enrichRequests: [EnrichRequest] = []
  private(set) var closed: RunClosing?
  private(set) var stopped: RunStop?

  func enrich(_ request: EnrichRequest, _ context: LambdaContext) throws -> EnrichResponse? {
    guard !enrichments.isEmpty else { return nil }
    enrichRequests.append(request)
    try call("enrich", context)
    return EnrichResponse(enrichments.removeFirst(), dataset: "news")
  }

  private func decoded<Value: Decodable>(_ object: [String: Any]) throws -> Value {
    try JSONDecoder().decode(Value.self, from: JSONSerialization.data(withJSONObject: object))
  }

  func plan(_ request: RunRequest, _ context: LambdaContext) throws -> GeneratorResponse {
    try call("plan", context)
    var plan = PlanResponse(dataset: "news", items: items)
    if needsLedger { plan.needsLedger = true }
    return .plan(plan)
  }

  func scrape(_ request: ScrapeRequest, _ context: LambdaContext) throws -> FunctionResponse<ScrapeResponse> {
    let item = try request.workItem().id
    scrapes.append(request)
    try call("scrape \(item)", context)
    var body: [String: Any] = [
      "status": "success", "message": "", "dataset": "news", "item": item, "event_count": 3, "s3_url": "s3://b/raw",
      "s3_key": "raw/\(item)", "archive_key": "raw/\(item).warc.gz", "run": "host-1", "rejected_count": 0,
      "pages": ["read": 2, "failed": 0, "fetched": 2, "validated": 0, "shared": 0], "failed_pages": [String](),
      "rejected": [String](), "remarks": [String](),
    ]
    body["notice"] = notice
    return FunctionResponse(try decoded(body))
  }

  func load(_ request: LoadRequest, _ context: LambdaContext) throws -> LoadResponse {
    let item = request.item?.id ?? ""
    loads.append(request)
    try call("load \(item)", context)
    let records = ["found": 3, "new": 3, "changed": 0, "unchanged": 0, "rejected": 0]
    return try decoded([
      "status": "success", "message": "", "operation_summary": [String: Int](), "records": records,
      "counts": ["items": records], "rejected": [String](), "s3_key": request.s3Key ?? "", "dataset": "news",
      "item": item,
    ])
  }

  func record(_ request: LedgerRequest, _ context: LambdaContext) throws -> LedgerResponse {
    switch request.event {
    case .opened(let opening):
      events.append(.opened)
      try call("opened \(opening.items.map(\.id).joined(separator: " "))", context)
    case .failed(let failure):
      events.append(.failed)
      try call("failed \(failure.item) \(failure.stage?.rawValue ?? "") \(failure.error)", context)
    case .closed(let closing):
      closed = closing
      switch closing.outcome {
      case .finished(let failed, let cause): events.append(.closed(failed: failed, cause: cause, error: nil))
      case .failed(let error, let cause):
        let message = RunFailure(error: error, cause: cause).message
        events.append(.closed(failed: [], cause: message, error: error))
      }
      try call("closed", context)
    case .stopped(let stop):
      stopped = stop
      events.append(.stopped)
      try call("stopped \(stop.reason.rawValue)", context)
    }
    guard case .closed(let closing) = request.event else { return LedgerResponse(run: request.run, record: nil) }
    var record = RunRecord(
      run: request.run, trigger: .manual, status: .success, startedAt: closing.opening.startedAt, items: items,
      itemsLoaded: items.count, itemsFailed: 0, records: RecordCounts())
    record.warnings = warnings
    return LedgerResponse(run: request.run, record: record)
  }

  func cache(_ request: CacheRequest, _ context: LambdaContext) throws -> CacheResponse {
    if request.changedSince != nil {
      try call("changed", context)
      return CacheResponse(changed: changed.compactMap { try? WorkItem(id: $0) }, dataset: "news")
    }
    if let items = request.items {
      try call("refresh \(items.map(\.id).joined(separator: " "))", context)
      return CacheResponse(.loaded(items), dataset: "news", counts: [:])
    }
    let item = request.item ?? items[0]
    try call("cache \(item)", context)
    return CacheResponse(.item(item), dataset: "news", counts: [item.id: 3])
  }
}
