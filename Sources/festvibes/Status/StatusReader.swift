import AWS
import Advice
import Contracts
import Datasets
import Foundation
import Ledger
import Loading
import Publishing
import Time

/// Reads the state of a dataset from the ledger, the cache and Step Functions.
struct StatusReader {
  private let settings: Settings
  private let dataset: Dataset

  init(_ settings: Settings, _ dataset: Dataset) {
    self.settings = settings
    self.dataset = dataset
  }

  /// - Parameters:
  ///   - run: the only run to read, without the freshness of items; nil for the last ones.
  ///   - count: the number of runs.
  ///   - items: the items whose freshness is read.
  /// - Returns: nil if neither the ledger nor Step Functions has the run.
  func overview(of run: String?, last count: Int, _ items: () throws -> [WorkItem]) throws -> StatusOverview? {
    // A person waits for this: less long than a function would.
    try Stores(settings).loading("festvibes-status", within: .seconds(60)) { loading, _ in
      let reconciler = RunReconciler(dataset, calls(to: try loading.ledger))
      guard let run else { return try overview(last: count, items(), loading, reconciler) }
      let found = try loading.ledger.run(named: run, of: dataset, deadline: deadline)
      let status = found.map { reconciler.status($0.record, $0.items) } ?? reconciler.unknown(run)
      if status == nil, let reason = reconciler.unreachable {
        throw CommandError("the ledger has no run '\(run)', and Step Functions could not be asked: \(reason)")
      }
      return try status.map { status in
        var overview = StatusOverview(
          dataset: dataset, runs: [try noting(status, loading.ledger)], notes: reconciler.notes)
        overview.retry = try retry(of: status, loading.ledger)
        return overview
      }
    }
  }

  /// Plans a retry of a run; nil for one that goes on, and for a replay, which is tried again as a whole.
  private func retry(of run: RunStatus, _ ledger: Ledger) throws -> RetryPlan? {
    guard run.isOver, run.record.trigger != .replay else { return nil }
    return try RetryPlan(ledger: run).leavingOutLoaded(
      in: ledger, since: run.record.endedAt ?? run.record.startedAt, of: run.record.run, dataset, deadline: deadline)
  }

  /// Adds to an open run that its process was killed.
  private func noting(_ run: RunStatus, _ ledger: Ledger) throws -> RunStatus {
    guard run.record.isOfHost, !run.isOver,
      let hosted = try HostedRun.read(run.record.run, of: dataset, in: ledger, deadline)
    else { return run }
    var status = hosted.status
    status.notes += [hosted.abandoned].compactMap(\.self)
    return status
  }

  private var deadline: Deadline { Deadline(after: .seconds(10), on: SystemTime()) }

  private func overview(
    last count: Int, _ items: [WorkItem], _ loading: LoadingRegistry, _ reconciler: RunReconciler
  ) throws -> StatusOverview {
    let ledger = try loading.ledger
    let records = try ledger.runs(of: dataset, last: count, deadline: deadline)
    var runs = try records.map { record in
      try noting(
        reconciler.status(record, try ledger.items(ofRun: record.run, of: dataset, deadline: deadline)), ledger)
    }
    for name in reconciler.unknownRuns(besides: records, last: count) {
      // An older run, beyond those listed.
      guard try ledger.run(named: name, of: dataset, deadline: deadline) == nil else { continue }
      if let run = reconciler.unknown(name) { runs.append(run) }
    }
    let items = items.isEmpty ? Self.items(of: runs) : items
    runs.sort { ($0.record.startedAt, $0.record.run) > ($1.record.startedAt, $1.record.run) }
    var notes = reconciler.notes
    // Before the cache, and `now` after it: a day that is published between the two is in the cache, and one whose lifetime
    // ends there has expired.
    let freshness = try ledger.freshness(of: items, in: dataset, deadline: deadline)
    let (checker, checks, problem) = checks(of: items)
    var failure: String?
    switch problem {
    case .unset?: notes.append("The cache was not checked: REDIS_URL is not set.")
    case .failed(let reason)?: failure = reason
    case nil: break
    }
    let now = Date()
    let stored = try stored(items, loading)
    let planned = try planned(at: now, ledger)
    let fresh = freshness.map { fresh in
      ItemStatus(
        fresh, stored: stored[fresh.item.id], check: checks[fresh.item.id],
        isCached: PublishingRegistry.hasCache(dataset), now: now, planned: planned,
        expiry: { checker?.expiry(of: $0, writtenAt: $1) })
    }
    var overview = StatusOverview(
      dataset: dataset, runs: Array(runs.prefix(count)), items: fresh, notes: notes, cacheFailure: failure)
    if dataset.id == Datasets.standardID {
      let others = OtherDatasets(settings, besides: dataset.id)
      overview.others = try others.failures(in: ledger, deadline: deadline)
      overview.overdue = try others.overdue(in: ledger, at: now, deadline: deadline)
    }
    return overview
  }

  /// The days that the dataset's runs are meant to have.
  private func planned(at now: Date, _ ledger: Ledger) throws -> PlannedDays {
    let rules = try dataset.timeZoneRules()
    let lastRun = try ledger.activity(of: [dataset.id], deadline: deadline)[dataset.id]?.startedAt
    let plan = try? settings.datasetsWithoutSecrets.definition(dataset.id).itemPlan()
    return PlannedDays(
      ahead: plan?.daysAhead ?? PlanRequest.defaultDaysAhead, today: rules.localDate(at: now),
      lastRun: lastRun.map(rules.localDate))
  }

  /// The items of runs, each once, of a dataset whose plan does not say which there are.
  private static func items(of runs: [RunStatus]) -> [WorkItem] {
    Array(Set(runs.flatMap { $0.items.map(\.item) }).sorted().prefix(Limits.maximumItems))
  }

  private enum CacheProblem {
    case unset
    case failed(String)
  }

  /// Compares the items with the cache.
  private func checks(of items: [WorkItem]) -> ((any CacheChecking)?, [String: CacheCheck], CacheProblem?) {
    guard PublishingRegistry.hasCache(dataset) else { return (nil, [:], nil) }
    guard settings.hasCache else { return (nil, [:], .unset) }
    do {
      guard let checker = try Stores(settings).cacheChecker(of: dataset) else { return (nil, [:], nil) }
      return (checker, try checker.check(items, deadline: Deadline(after: .seconds(30), on: SystemTime())), nil)
    } catch {
      return (nil, [:], .failed((error as? PipelineError)?.message ?? "\(error)"))
    }
  }

  /// Returns the number of stored records of each item, by its id; nothing if the sinks' settings are missing or wrong:
  /// the functions have them, and the operator, who reads only the ledger, may not.
  private func stored(_ items: [WorkItem], _ loading: LoadingRegistry) throws(PipelineError) -> [String: Int] {
    do {
      return try loading.storedCounts(of: items, in: settings.datasets.definition(dataset.id), deadline: deadline)
    } catch {
      guard error.name == .configurationInvalid else { throw error }
      return [:]
    }
  }

  /// The calls of the reconciler; nil if no state machine is set.
  private func calls(to ledger: Ledger) -> RunReconciler.Calls? {
    guard let machine = try? settings.stateMachine(),
      let client = try? StepFunctionsClient(settings.session(for: machine))
    else { return nil }
    let deadline = { Deadline(after: .seconds(10), on: SystemTime()) }
    var calls = RunReconciler.Calls(
      client, machine,
      settle: { try ledger.settle($0, ofRun: $1, in: dataset, deadline: deadline()) },
      read: { try ledger.run(named: $0, of: dataset, deadline: deadline()) })
    calls.loaded = { try ledger.loadedItems(ofRun: $0, in: dataset, deadline: deadline()) }
    return calls
  }
}

extension RunReconciler.Calls {
  init(
    _ client: StepFunctionsClient, _ machine: String, settle: @escaping (RunSettlement, String) throws -> Void,
    read: @escaping (String) throws -> (record: RunRecord, items: [RunItem])?
  ) {
    self.init(
      arn: { Settings.execution($0, of: machine) }, executions: RemoteExecutions(client, within: .seconds(10)),
      latest: {
        try client.listExecutions(
          of: .stateMachine(machine), limit: $0, deadline: Deadline(after: .seconds(10), on: SystemTime()))
      }, settle: settle, read: read)
  }

  /// The calls without a ledger.
  /// - Parameter reason: why it cannot be written.
  init(_ client: StepFunctionsClient, _ machine: String, ledgerIsAway reason: String) {
    self.init(
      client, machine, settle: { _, _ in throw PipelineError(.databaseUnavailable, reason) }, read: { _ in nil })
    isLedgerAway = true
  }
}
