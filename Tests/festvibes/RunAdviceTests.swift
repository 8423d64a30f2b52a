import AWS
import Contracts
import Foundation
import Settings
import TestSupport
import Testing

@testable import festvibes

@Suite("The next step after a run")
struct RunAdviceTests {
  private func step(_ items: [ItemProgress], _ status: ExecutionStatus = .succeeded, _ failure: RunFailure? = nil)
    -> String?
  {
    // The commands of this program, without its name.
    RunAdvice(progress: makeProgress(items, status: status, failure: failure, endedAfter: 1), dataset: .wwoz).step?
      .command
      .replacing(NextStep.call() + " ", with: "")
  }

  @Test("Each error name has a remedy, and every one names the run or a command that helps")
  func names() {
    let remedies: [PipelineError.Name: String] = [
      .invalidInput: "logs --run cli-1 --errors", .configurationInvalid: "doctor && retry cli-1",
      .sourceUnavailable: "retry cli-1", .sourceThrottled: "retry cli-1", .sourceRefused: "logs --run cli-1 --errors",
      .sourceChanged: "logs --run cli-1 --errors", .storageUnavailable: "doctor && retry cli-1",
      .storageCorrupt: "logs --run cli-1 --errors", .databaseUnavailable: "doctor && retry cli-1",
      .databaseConflict: "retry cli-1", .schemaMismatch: "migrate && retry cli-1",
      .cacheUnavailable: "doctor && retry cli-1", .destinationUnavailable: "doctor && retry cli-1",
      .databaseMissing: "doctor && retry cli-1", .runLocked: "status", .deadlineExceeded: "retry cli-1",
    ]
    for name in PipelineError.Name.allCases {
      #expect(step([makeItem(1, .failed(name.rawValue))]) == remedies[name], "\(name)")
    }
    #expect(step([makeItem(1, .failed("States.Timeout"))]) == "logs --run cli-1 --errors")
  }

  @Test("A shrunken listing is loaded on order, and the error of most items decides")
  func shrunken() {
    let shrunken = "Nothing was changed. If the listing is right, `festvibes replay D --allow-shrink` loads it"
    #expect(step([makeItem(1, .failed("SourceChanged", shrunken))]) == "retry cli-1 --allow-shrink")
    let items = [
      makeItem(1, .failed("SourceChanged")), makeItem(2, .failed("DatabaseUnavailable")),
      makeItem(3, .failed("DatabaseUnavailable")),
    ]
    #expect(step(items) == "doctor && retry cli-1")
  }

  @Test("The settings are checked of the run's dataset; no migration helps a table that its definition declares")
  func ofDataset() {
    let numbers = Dataset(id: "numbers", dataType: "numbers", timeZone: "UTC", extractor: "http", sinks: ["postgres"])
    let step = { (name: String, message: String) in
      let progress = makeProgress([makeItem(1, .failed(name, message))], status: .succeeded, endedAfter: 1)
      return RunAdvice(progress: progress, dataset: numbers).step?.command.replacing(NextStep.call() + " ", with: "")
    }
    #expect(
      step("ConfigurationInvalid", "the variable KEY has no value")
        == "doctor --dataset numbers && retry cli-1 --dataset numbers")
    #expect(step("SchemaMismatch", "the database is of an older version") == "migrate && retry cli-1 --dataset numbers")
    for message in [
      "the table numbers has the column x, which is not declared any more",
      "the schema x does not exist: create it",
      "the record 1 has the field x, which no column of numbers has, and schema_contract is freeze",
    ] {
      #expect(step("SchemaMismatch", message) == "logs --run cli-1 --errors --dataset numbers")
    }
  }

  @Test("A run that is not done is watched, retried, cached or looked at")
  func others() {
    let done = makeItem(1, .done(makeOutcome()))
    #expect(step([done]) == nil)
    #expect(step([done, makeItem(2, .running(nil))], .running) == "watch cli-1")
    #expect(step([done, makeItem(2, .waiting)], .aborted) == "retry cli-1")
    #expect(step([done, makeItem(2, .aborted(in: nil))], .aborted) == "retry cli-1")
    let cache = RunFailure(incomplete: "CacheUnavailable: away")
    let both = [done, makeItem(2, .done(makeOutcome()))]
    #expect(step(both, .succeeded, cache) == "doctor && cache 2024-05-01 2024-05-02")
    #expect(step([makeItem(1, .done(makeOutcome(rejected: 1)))]) == "rejected --run cli-1")
    #expect(step([makeItem(1, .done(makeOutcome(notice: "slow")))]) == "status cli-1")
    #expect(step([], .failed, RunFailure(name: "ConfigurationInvalid", message: "")) == "doctor")
    #expect(step([], .failed, RunFailure(name: "InvalidInput", message: "")) == "logs --run cli-1 --errors")
  }

  @Test("A command is called as the person's shell calls it")
  func call() {
    #expect(NextStep.call([:], program: "/a b/festvibes") == "'/a b/festvibes'")
    #expect(NextStep.call(["FESTVIBES_COMMAND": ""], program: "festvibes") == "festvibes")
    let command = ". .local/env && .build/release/festvibes"
    #expect(NextStep.call(["FESTVIBES_COMMAND": command], program: "x") == command)
    #expect(
      NextStep("doctor", call: "f").then(NextStep("retry R", call: "f")).line == "next: f doctor && f retry R")
  }
}
