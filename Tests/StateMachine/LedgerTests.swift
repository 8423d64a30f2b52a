import Foundation
import Testing

@testable import LoaderFunction
@testable import Warehouse

extension StateMachineTests {
  /// What the ledger is told, read as the loader reads it.
  @Suite("The ledger") struct LedgerTests {
    private func entries(_ night: Night) throws -> [LedgerEntry] {
      try night.standIns.invocations(of: .ledger).map { call in
        guard case .ledger(let request) = try JSONDecoder().decode(LoaderEvent.self, from: call.payload) else {
          throw CocoaError(.coderReadCorrupt)
        }
        #expect(request.run == night.execution.name)
        return request.entry
      }
    }

    private func openings(_ entries: [LedgerEntry]) -> [RunOpening] {
      entries.compactMap { if case .opened(let opening) = $0 { opening } else { nil } }
    }

    private func failures(_ entries: [LedgerEntry]) -> [DateFailure] {
      entries.compactMap { if case .failed(let failure) = $0 { failure } else { nil } }
    }

    private func closings(_ entries: [LedgerEntry]) -> [RunClosing] {
      entries.compactMap { if case .closed(let closing) = $0 { closing } else { nil } }
    }

    @Test("is told of a night's beginning and end")
    func night() throws {
      let night = try Night.run(Night.dates(3))
      let entries = try entries(night)
      #expect(entries.count == 2)
      let opening = try #require(openings(entries).first)
      #expect(opening.dates.map { "\($0)" } == Night.dates(3))
      #expect(opening.trigger == .manual)
      #expect(abs(opening.startedAt.timeIntervalSince(night.execution.startDate)) < 1)
      let closing = try #require(closings(entries).first)
      #expect(closing.opening == opening)
      #expect(closing.outcome == .finished(failedDates: []))
      #expect(closing.endedAt >= opening.startedAt)
      #expect(closing.endedAt <= (night.execution.stopDate ?? .distantPast) + 1)
    }

    @Test(
      "is told who started the run",
      arguments: [
        ("{}", RunOpening.Trigger.manual), (#"{"trigger":"schedule"}"#, .schedule), (#"{"trigger":"whim"}"#, .manual),
        (#"{"trigger":"schedule","replay":{}}"#, .replay), (#"{"replay":{"run":"r"}}"#, .replay), ("[]", .manual),
        (#"{"replay":null}"#, .manual), (#"{"trigger":"schedule","replay":null}"#, .schedule),
      ])
    func trigger(_ input: String, expected: RunOpening.Trigger) throws {
      let night = try Night.run(input: input)
      #expect(night.execution.status == .succeeded)
      #expect(openings(try entries(night)).map(\.trigger) == [expected])
    }

    @Test("the scraper is told of a replay")
    func replay() throws {
      let night = try Night.run(input: #"{"replay":{"run":"r"}}"#)
      let call = try #require(night.standIns.invocations(of: .scraper).first)
      #expect(
        try jsonObject(String(decoding: call.payload, as: UTF8.self))["replay"] as? NSDictionary == ["run": "r"])
    }

    @Test("is told of each date that fails, where and why, before it fails", arguments: Stage.ofADate)
    func failedDate(_ stage: Stage) throws {
      let dates = Night.dates(10)
      let night = try Night.run(dates) { call in
        call.stage == stage && call.date == dates[3] ? .fails("InvalidInput", "no such thing") : .works
      }
      let entries = try entries(night)
      let failure = try #require(failures(entries).first)
      #expect(failures(entries).count == 1)
      #expect("\(failure.date)" == dates[3])
      let places: [Stage: DateFailure.Stage] = [.scraper: .scrape, .loader: .load, .cache: .cache]
      #expect(failure.stage == places[stage])
      #expect(failure.error == "InvalidInput")
      #expect(failure.cause == night.dates[dates[3]]?.cause)
      #expect(night.dates[dates[3]]?.error == "InvalidInput")
      #expect(closings(entries).map(\.outcome) == [.finished(failedDates: [failure.date])])
    }

    @Test("is told that the cache could not be written in the end")
    func staleCache() throws {
      let night = try Night.run { call in
        call.stage == .refresh ? .fails("CacheUnavailable", "the cache is down") : .works
      }
      let closing = try #require(closings(try entries(night)).first)
      guard case .finished([], let cause?) = closing.outcome else {
        Issue.record("\(closing.outcome)")
        return
      }
      #expect(cause.hasPrefix("CacheUnavailable: "))
      #expect(cause.contains("the cache is down"))
    }

    @Test("is told of an answer that was refused as well")
    func refused() throws {
      let night = try Night.run { call in call.stage == .loader ? .answers(#"{"statusCode":500}"#) : .works }
      let entries = try entries(night)
      #expect(failures(entries).map(\.error) == ["LoaderFailed"])
      #expect(failures(entries).map(\.cause) == [night.dates["2024-01-01"]?.cause])
      let outcome = RunClosing.Outcome.failed(
        error: night.execution.error ?? "", cause: night.execution.cause)
      #expect(closings(entries).map(\.outcome) == [outcome])
      #expect(closings(entries).map { $0.opening.dates.map { "\($0)" } } == [["2024-01-01"]])
    }

    @Test("is told of a run that never came to its dates")
    func noDates() throws {
      let night = try Night.run { call in call.stage == .generator ? .fails("InvalidInput", "no") : .works }
      let entries = try entries(night)
      #expect(openings(entries).isEmpty)
      let closing = try #require(closings(entries).first)
      #expect(closing.opening.dates.isEmpty)
      #expect(closing.outcome == .failed(error: "InvalidInput", cause: night.execution.cause))
    }

    @Test("that cannot be written never fails a night, nor hides why a date failed", arguments: [true, false])
    func unwritable(_ isDown: Bool) throws {
      let dates = Night.dates(10)
      let night = try Night.run(dates) { call in
        switch call.stage {
        case .ledger: isDown ? .fails("DatabaseUnavailable", "away") : .fails("InvalidInput", "nonsense")
        case .scraper where call.date == dates[0]: .fails("SourceChanged", "no frame")
        default: .works
        }
      }
      #expect(night.execution.status == .succeeded)
      #expect(try night.output()["status"] as? String == "partial")
      #expect(try night.output()["failed_dates"] as? [String] == [dates[0]])
      #expect(try night.message().status == "partial")
      #expect(night.dates[dates[0]]?.error == "SourceChanged")
      #expect(night.dates[dates[0]]?.cause?.contains("no frame") == true)
      #expect(night.attempts(.ledger, dates[0]) == (isDown ? 4 : 1))
      let waits = ["OpenRun", "CloseRun"].flatMap { night.waits($0) } + night.waits("ExtractorRecordFailure", dates[0])
      #expect(waits.map(\.limit) == (isDown ? [1, 2, 4, 1, 2, 4, 1, 2, 4] : []))
    }

    @Test("that cannot be written leaves a failed run its reason")
    func unwritableFailure() throws {
      let night = try Night.run { call in
        switch call.stage {
        case .ledger: .fails("DatabaseUnavailable", "away")
        case .scraper: .fails("SourceChanged", "no frame")
        default: .works
        }
      }
      #expect(night.execution.status == .failed)
      #expect(night.execution.error == "States.ExceedToleratedFailureThreshold")
      #expect(try night.message().status == "failed")
      #expect(night.dates["2024-01-01"]?.error == "SourceChanged")
    }
  }
}
