import Contracts
import Enrichment
import Foundation
import Ledger
import Time

/// `festvibes status --json`: one object. Its fields are described in `Sources/Pipeline/README.md`; a field that is not
/// known is null. Fields may be added, none is removed or changes its meaning.
struct StatusJSON: Encodable {
  struct Records: Encodable {
    let found, new, changed, unchanged, rejected, cancelled: Int

    init(_ records: RecordCounts) {
      (found, new, changed) = (records.found, records.new, records.changed)
      (unchanged, rejected, cancelled) = (records.unchanged, records.rejected, records.cancelled ?? 0)
    }
  }

  struct Usual: Encodable {
    let runs: Int
    let found, new, changed, unchanged, rejected, cancelled: Int

    init(_ comparison: RunComparison) {
      let usual = comparison.usual
      runs = comparison.runs
      (found, new, changed) = (usual.found, usual.new, usual.changed)
      (unchanged, rejected, cancelled) = (usual.unchanged, usual.rejected, usual.cancelled ?? 0)
    }
  }

  struct Failure: Encodable {
    let error: String
    @OrNull var cause: String?
    @OrNull var stage: String?
    @OrNull var failedAt: String?
    @OrNull var run: String?

    init(_ failure: ItemFailure, run: String? = nil) {
      let readable = failure.readableFailure
      error = failure.error
      cause = readable.message.isEmpty ? nil : readable.message
      stage = failure.stage?.rawValue
      failedAt = StatusJSON.time(failure.failedAt)
      self.run = run
    }
  }

  struct Run: Encodable {
    struct Item: Encodable {
      let item: String
      let state: String
      @OrNull var records: Records?
      @OrNull var pagesRead: Int?
      @OrNull var pagesFailed: Int?
      @OrNull var failure: Failure?

      init(_ item: RunItem, state: String) {
        self.item = item.item.id
        self.state = state
        records = item.load.map { Records($0.records) }
        pagesRead = item.load?.pages?.read
        pagesFailed = item.load?.pages?.failed
        failure = item.failure.map { Failure($0) }
      }
    }

    let run: String
    let trigger: String
    @OrNull var jobType: String?
    @OrNull var bucket: String?
    @OrNull var key: String?
    @OrNull var host: String?
    let status: String
    @OrNull var startedAt: String?
    @OrNull var endedAt: String?
    @OrNull var error: String?
    @OrNull var cause: String?
    let itemsTotal: Int
    /// The number of items in each state that some have.
    let itemStates: [String: Int]
    let items: [Item]
    let records: Records
    @OrNull var usual: Usual?
    let remarks: [String]
    @OrNull var enrichment: EnrichmentCounts?
    @OrNull var enrichmentError: String?
    @OrNull var pagesFailed: Int?
    let isFailure: Bool
    let notes: [String]

    init(_ status: RunStatus) {
      let record = status.record
      run = record.run
      trigger = record.trigger.rawValue
      (jobType, bucket, key) = (record.origin.jobType, record.origin.bucket, record.origin.key)
      host = record.origin.host
      self.status = status.isLost ? "lost" : status.isLocked ? "locked" : record.status.rawValue
      startedAt = StatusJSON.time(record.startedAt)
      endedAt = record.endedAt.flatMap(StatusJSON.time)
      error = record.error
      let failure = status.failure?.message
      cause = failure?.isEmpty == false ? failure : record.incompleteItems
      itemsTotal = record.items.count
      itemStates = status.items.reduce(into: [:]) { $0[status.state(of: $1).rawValue, default: 0] += 1 }
      items = status.items.map { Item($0, state: status.state(of: $0).rawValue) }
      records = Records(record.records)
      usual = record.comparison.map { Usual($0) }
      remarks = record.remarks
      let enriched = EnrichmentRemarks(record.enrichment)
      (enrichment, enrichmentError) = (enriched?.enrichment, enriched?.enrichmentError)
      pagesFailed = record.pagesFailed
      isFailure = status.isFailure
      notes = status.notes
    }
  }

  struct Item: Encodable {
    let item: String
    @OrNull var date: String?
    @OrNull var events: Int?
    @OrNull var listedAt: String?
    @OrNull var loadedAt: String?
    @OrNull var run: String?
    @OrNull var cachedAt: String?
    @OrNull var expiresAt: String?
    let cache: String
    @OrNull var ageSeconds: Int?
    let quarantined: Int
    @OrNull var pagesRead: Int?
    @OrNull var pagesFailed: Int?
    @OrNull var failure: Failure?
    let stale: Bool
    let gap: Bool
    let empty: Bool
    let problems: [String]
    let warnings: [String]

    init(_ status: ItemStatus, now: Date) {
      let fresh = status.fresh
      item = fresh.item.id
      date = fresh.item.date?.description
      events = status.stored
      listedAt = fresh.listedAt.flatMap(StatusJSON.time)
      loadedAt = fresh.loadedAt.flatMap(StatusJSON.time)
      run = fresh.run
      cachedAt = fresh.cachedAt.flatMap(StatusJSON.time)
      expiresAt = fresh.expiresAt.flatMap(StatusJSON.time)
      cache = status.cache.rawValue
      ageSeconds = status.age(at: now).map { Int($0) }
      quarantined = fresh.openRejections
      pagesRead = fresh.pages?.read
      pagesFailed = fresh.pages?.failed
      failure = fresh.failure.map { Failure($0, run: fresh.failedRun) }
      stale = status.isStale
      gap = status.absence != nil
      empty = status.isEmpty
      problems = status.problems
      warnings = status.warnings
    }
  }

  let ok: Bool
  let dataset: String
  @OrNull var checkedAt: String?
  let problems: [String]
  let notes: [String]
  /// The commands that go on from here.
  let next: [String]
  let runs: [Run]
  let items: [Item]

  init(_ overview: StatusOverview, next: [NextStep], now: Date) {
    ok = overview.isOK
    dataset = overview.dataset.id
    checkedAt = Self.time(now)
    problems = overview.problems
    notes = overview.notes + overview.othersInWords
    self.next = next.map(\.command)
    runs = overview.runs.map { Run($0) }
    items = overview.items.map { Item($0, now: now) }
  }

  /// The object in one line, with sorted keys.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }

  /// RFC 3339 in UTC, to the second.
  static func time(_ date: Date) -> String? { date.ISO8601Format() }
}
