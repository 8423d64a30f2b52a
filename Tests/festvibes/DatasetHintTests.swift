import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import festvibes

@Suite("Hints of another dataset")
struct DatasetHintTests {
  private let other = Dataset(id: "numbers", dataType: "numbers", timeZone: "UTC", extractor: "numbers", sinks: [])
  private let pipe = Terminal(isInteractive: false, colors: false, size: nil)

  @Test("The standard dataset needs no option")
  func option() {
    #expect(Dataset.wwoz.option.isEmpty)
    #expect(other.option == " --dataset numbers")
  }

  @Test("A record is named by the data type; of a dataset of series it is a point")
  func words() {
    func words(_ type: String) -> Words {
      Dataset(id: "d", dataType: type, timeZone: "UTC", extractor: "http", sinks: [], hasDates: false).words
    }
    #expect(words("series").records(1) == "1 point" && words("series").records(390) == "390 points")
    #expect(words("ticket_sales").records(2) == "2 ticket sales" && words("series").item == "item")
  }

  @Test("The commands that reports name are about the run's dataset")
  func reports() throws {
    let progress = makeProgress([makeItem(1, .done(makeOutcome(found: 2, rejected: 2)))], status: .succeeded)
    #expect(
      RunReport(progress: progress, dataset: other, now: start).lines(for: pipe)
        .contains("2 records rejected: \(NextStep("rejected --run cli-1 --dataset numbers").command)"))
    let zone = try #require(TimeZone(identifier: "UTC"))
    var run = RunRecord(
      run: "cli-3", trigger: .manual, status: .partial, startedAt: start, items: [], itemsLoaded: 0, itemsFailed: 0,
      records: RecordCounts(found: 1, rejected: 1))
    #expect(
      LedgerRunReport(run: RunStatus(record: run), dataset: other, now: start, zone: zone).lines(for: pipe)
        .contains("The rejected records and the reasons: \(NextStep("rejected --run cli-3 --dataset numbers").command)")
    )
    #expect(
      LedgerReport(runs: [], dataset: other, now: start, zone: zone).lines(for: pipe).first
        == "No runs of the dataset numbers in the ledger yet: `festvibes run --dataset numbers` starts one.")
    run.cause = String(repeating: "long ", count: 200)
    run.error = "E"
    #expect(
      LedgerReport(runs: [.init(record: run)], dataset: other, now: start, zone: zone).lines(for: pipe)
        .contains("  in full: \(NextStep("status cli-3 --dataset numbers").command)"))
    #expect(
      RejectedReport(records: [], dataset: other, isOfRun: true).lines(for: pipe)
        == ["The run rejected no record of the dataset numbers."])
  }

  @Test("A dataset that is not published to the event cache has no cached days")
  func cachedDay() {
    let stores = Stores(Settings(["REDIS_URL": "redis://127.0.0.1:1"]))
    let error = #expect(throws: PipelineError.self) {
      try stores.cachedDay(CalendarDate(daysSinceEpoch: 19_874), of: other)
    }
    #expect(error?.name == .invalidInput)
    #expect(error?.message.contains("numbers has no cached days") == true)
  }
}
