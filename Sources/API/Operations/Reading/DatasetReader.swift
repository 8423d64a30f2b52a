import Advice
import Contracts
import FoundationEssentials
import Ledger
import Time

/// Reads one dataset from the ledger.
struct DatasetReader {
  /// The days that the calendar has before today at the least.
  static let daysBefore = 7
  private static let runs = 14

  let operated: OperatedDataset
  let database: Database
  let command: Command
  let now: Date
  let deadline: Deadline

  /// The dataset as the page shows it, and what follows from that.
  struct Result {
    var report: DatasetReport
    /// Newest first.
    var runs: [RunJudgement]
    /// The items of the calendar, or those of the last runs.
    var items: [ItemFreshness]
    /// The start of the last run that read the source.
    var startedAt: Date?
    /// Unusual counts and breaches of the last run that is over.
    var remarks: [String]
  }

  private var ledger: Ledger { Ledger(database) }

  func read(_ activity: DatasetActivity?) throws(PipelineError) -> Result {
    let dataset = operated.dataset
    let numbers = LedgerNumbers(database: database, deadline: deadline)
    let records = try ledger.runs(of: dataset, last: Self.runs, deadline: deadline)
    var (runs, remarks) = try judgements(of: records)
    let requests = try numbers.requests(of: dataset.id, runs: records.map(\.run))
    let rejections = try numbers.rejections(of: dataset.id)
    let rules = try? dataset.timeZoneRules()
    let day = { (time: Date) in rules?.localDate(at: time) ?? PageText.date(of: time) }
    let today = day(now)
    let fresh = try freshness(of: items(records, today), for: &runs)
    var report = DatasetReport(
      id: dataset.id, summary: operated.summary, records: dataset.dataType.replacing("_", with: " "),
      isCached: fresh.contains { $0.cachedAt != nil }, today: today,
      runs: runs.map { $0.reported(requests: requests[$0.record.run]) }, loadedAt: activity?.loadedAt,
      completeAt: activity?.successAt, staleItems: fresh.count { DayJudgement(fresh: $0, now: now).isStale },
      openRejections: rejections.total, rejections: rejections.groups)
    if rejections.total > 0 { report.rejectedCommand = command.line("rejected\(operated.option)") }
    if dataset.hasDates {
      let stored = try numbers.records(of: dataset.id, items: fresh.map(\.item.id))
      let planned = PlannedDays(
        ahead: operated.daysAhead, today: today, lastRun: activity?.startedAt.map(day))
      report.days = DayJudgement.days(fresh, planned, records: stored, now: now)
    }
    return Result(report: report, runs: runs, items: fresh, startedAt: activity?.startedAt, remarks: remarks)
  }

  /// Judges the runs.
  /// - Returns: also the remarks of the last run that is over.
  private func judgements(
    of records: [RunRecord]
  ) throws(PipelineError) -> (runs: [RunJudgement], remarks: [String]) {
    var remarks: [String] = []
    var runs: [RunJudgement] = []
    let last = records.first { $0.status != .running }
    for record in records {
      var items: [RunItem] = []
      if record.run == last?.run {
        let found = try ledger.run(named: record.run, of: operated.dataset, deadline: deadline)
        (items, remarks) = (found?.items ?? [], found?.record.remarks ?? [])
      } else if record.itemsFailed > 0 || record.itemsLoaded < record.items.count {
        items = try ledger.items(ofRun: record.run, of: operated.dataset, deadline: deadline)
      }
      runs.append(RunJudgement(record: record, items: items, option: operated.option, command: command, now: now))
    }
    return (runs, remarks)
  }

  /// Reads the state of items, and gives the runs that of those which they did not do: another run may have done them
  /// since.
  private func freshness(
    of items: [WorkItem], for runs: inout [RunJudgement]
  ) throws(PipelineError) -> [ItemFreshness] {
    let missed = Set(runs.flatMap(\.missed).map(\.item)).subtracting(items).sorted().prefix(Limits.maximumItems)
    let all = try ledger.freshness(of: items + missed, in: operated.dataset, deadline: deadline)
    let known = Dictionary(all.map { ($0.item.id, $0) }, uniquingKeysWith: { first, _ in first })
    for place in runs.indices { runs[place].fresh = known }
    return Array(all.prefix(items.count))
  }

  /// The days of the calendar, from a Monday on; the items of the last runs of a dataset without days.
  private func items(_ runs: [RunRecord], _ today: CalendarDate) -> [WorkItem] {
    guard operated.dataset.hasDates else {
      return Array(Set(runs.flatMap(\.items)).sorted().prefix(Limits.maximumItems))
    }
    let earliest = today.adding(days: -Self.daysBefore)
    let monday = earliest.adding(days: -((earliest.weekday + 6) % 7))
    return (monday.daysSinceEpoch...today.adding(days: operated.daysAhead).daysSinceEpoch).map {
      WorkItem(date: CalendarDate(daysSinceEpoch: $0))
    }
  }
}
