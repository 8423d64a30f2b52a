import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Ledger
@testable import festvibes

@Suite("The next steps of status")
struct StatusRemedyTests {
  private let item = WorkItem(date: CalendarDate(daysSinceEpoch: 19_874))
  private let numbers = Dataset(
    id: "numbers", dataType: "numbers", timeZone: "UTC", extractor: "http", sinks: ["postgres"])

  private func failure(_ error: String, _ cause: String? = nil) -> ItemFailure {
    ItemFailure(item: item, stage: .load, error: error, cause: cause, failedAt: start)
  }

  private func run(_ failure: ItemFailure?, error: String? = nil, items: [WorkItem]? = nil) -> RunStatus {
    let record = RunRecord(
      run: "cli-1", trigger: .manual, status: error == nil ? .partial : .failed, startedAt: start, endedAt: start + 9,
      items: items ?? [item], itemsLoaded: 0, itemsFailed: failure == nil ? 0 : 1, records: RecordCounts(),
      error: error)
    return RunStatus(record: record, items: failure.map { [RunItem(item: item, failure: $0)] } ?? [])
  }

  private func next(_ overview: StatusOverview) -> [String] { overview.next(call: "fv").map(\.command) }

  @Test(
    "A failed run has the remedy of its error, as the run itself names it, with its dataset",
    arguments: [
      ("SourceUnavailable", nil, "fv retry cli-1 --dataset numbers"),
      ("SourceChanged", nil, "fv logs --run cli-1 --errors --dataset numbers"),
      (
        "SourceChanged", "`festvibes replay D --allow-shrink` loads it",
        "fv retry cli-1 --allow-shrink --dataset numbers"
      ),
      (
        "DatabaseUnavailable", nil, "fv doctor --dataset numbers && fv retry cli-1 --dataset numbers"
      ),
      ("SchemaMismatch", nil, "fv migrate && fv retry cli-1 --dataset numbers"),
      ("RunLocked", nil, "fv lock numbers"),
    ] as [(String, String?, String)])
  func remedies(error: String, cause: String?, command: String) {
    #expect(next(StatusOverview(dataset: numbers, runs: [run(failure(error, cause))])) == [command])
  }

  @Test("A run that ended before its items were planned is not tried again: settings are checked, or its log read")
  func unplanned() {
    let overview = { (error: String) in
      StatusOverview(dataset: numbers, runs: [run(nil, error: error, items: [])])
    }
    #expect(next(overview("ConfigurationInvalid")) == ["fv doctor --dataset numbers"])
    #expect(next(overview("States.Timeout")) == ["fv logs --run cli-1 --errors --dataset numbers"])
    let stopped = StatusOverview(dataset: numbers, runs: [run(nil, error: "E")])
    #expect(next(stopped) == ["fv retry cli-1 --dataset numbers"])
  }

  @Test("Items that earlier runs left are named by these runs, each once, after the last run")
  func earlier() {
    let items = [("cli-0", "SourceThrottled"), ("cli-1", "SourceChanged"), ("cli-0", "SourceThrottled")].map {
      let fresh = ItemFreshness(
        item: item, loadedAt: nil, run: nil, openRejections: 0, failure: failure($1), failedRun: $0)
      return ItemStatus(fresh, stored: nil, check: nil, isCached: false, now: start)
    }
    let overview = StatusOverview(dataset: numbers, runs: [run(failure("SourceUnavailable"))], items: items)
    #expect(next(overview) == ["fv retry cli-1 --dataset numbers", "fv retry cli-0 --dataset numbers"])
  }
}
