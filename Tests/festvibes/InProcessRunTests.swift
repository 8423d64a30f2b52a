import Contracts
import Enrichment
import Foundation
import TestSupport
import Testing
import Time

@testable import LambdaRuntime
@testable import festvibes

/// A run in one process, over functions that do as they are told.
@Suite("A run in one process")
struct InProcessRunTests {
  private let dataset = Dataset(id: "news", dataType: "items", timeZone: "UTC", extractor: "http", sinks: ["postgres"])

  private func run(
    _ functions: FakeFunctions, _ request: RunRequest = RunRequest(dataset: "news"), needsLedger: Bool = false,
    isStopped: @escaping () -> Bool = { false }, show: @escaping (RunProgress) throws -> Void = { _ in }
  ) throws -> (progress: RunProgress, settlement: RunSettlement?) {
    let run = InProcessRun(
      request, name: "host-1", of: dataset, with: functions, needsLedger: needsLedger,
      log: Logger(environment: [:], write: { _ in }), time: functions.time, random: FixedRandom(), isStopped: isStopped,
      show: show)
    return (try run.run(), run.settlement)
  }

  @Test("The stages are those of the state machine, an item after another, and the items are cached once more")
  func order() throws {
    let functions = FakeFunctions(items: ["a", "b"])
    functions.changed = ["z"]
    let progress = try run(functions).progress
    #expect(
      functions.calls == [
        "plan", "opened a b", "scrape a", "load a", "cache a", "scrape b", "load b", "cache b", "changed",
        "refresh a b z", "closed",
      ])
    #expect(progress.outcome == .success && progress.done.count == 2 && progress.total.found == 6)
    #expect(functions.scrapes.allSatisfy { $0.sharing == 1 && $0.slot == 0 && $0.run == "host-1" && $0.started != nil })
    #expect(functions.loads.allSatisfy { $0.s3Key == "raw/\($0.item?.id ?? "")" })
    // The loader takes them from the scraper's response.
    #expect(functions.loads[0].extractorData?.body?.pages == PageCounts(read: 2, failed: 0))
  }

  @Test("It is enriched after the items and before the cache, in parts, and the ledger has the counts")
  func enrichment() throws {
    let functions = FakeFunctions(items: ["a"])
    functions.enrichments = [1, 2, 3, 4].map { number in
      var counts = EnrichmentCounts()
      (counts.embedded.events, counts.more) = (number, true)
      return counts
    }
    let progress = try run(functions).progress
    #expect(
      functions.calls == [
        "plan", "opened a", "scrape a", "load a", "cache a", "enrich", "enrich", "enrich", "changed", "refresh a",
        "closed",
      ])
    #expect(functions.enrichRequests.map { $0.soFar?.embedded.events } == [nil, 1, 2])
    #expect(functions.enrichRequests.allSatisfy { $0.dataset == "news" && $0.run == "host-1" })
    #expect(progress.outcome == .success)
    #expect(
      progress.remarks.last
        == "Enriched: 3 events, 0 artists, 0 venues and 0 genres embedded; more is left to the next run.")
    #expect(EnrichmentRemarks(functions.closed?.enrichment)?.enrichment?.embedded.events == 3)
    #expect(functions.closed?.opening.origin.host == HostProcess.own.description)
  }

  @Test("An enrichment that fails is a remark, and no reason for the run to fail; one without time is not tried again")
  func failedEnrichment() throws {
    for (name, times, calls) in [
      (PipelineError.Name.deadlineExceeded, 9, 1), (.databaseUnavailable, 9, 4), (.databaseUnavailable, 2, 3),
    ] {
      let functions = FakeFunctions(items: ["a"])
      functions.enrichments = (0..<9).map { _ in EnrichmentCounts() }
      functions.fail("enrich", with: name, times: times)
      let progress = try run(functions).progress
      #expect(functions.calls.count { $0 == "enrich" } == calls && progress.outcome == .success)
      let isDone = times < calls
      let error = EnrichmentRemarks(functions.closed?.enrichment)?.enrichmentError
      #expect(isDone ? error == nil : error?.hasPrefix(name.rawValue) == true)
      #expect(progress.remarks.contains { $0.contains("Not all is enriched") } != isDone)
    }
  }

  @Test("A retryable error is retried as often as in the state machine, another one is not")
  func retries() throws {
    let functions = FakeFunctions(items: ["a", "b", "c"])
    functions.fail("scrape a", with: .sourceUnavailable, times: 3)
    functions.fail("load b", with: .databaseConflict, times: 100)
    functions.fail("scrape c", with: .sourceChanged, times: 100)
    let progress = try run(functions).progress
    #expect(functions.calls.count { $0 == "scrape a" } == 4)
    #expect(functions.calls.count { $0 == "load b" } == 7)
    #expect(functions.calls.count { $0 == "scrape c" } == 1)
    #expect(
      functions.calls.contains("failed b load DatabaseConflict")
        && functions.calls.contains("failed c scrape SourceChanged"))
    #expect(progress.outcome == .partial && progress.failed.map(\.item) == ["b", "c"])
    #expect(progress.failed.first?.failure.message == "so it is")
    #expect(functions.events.last == .closed(failed: ["b", "c"], cause: nil, error: nil))
    // Waits of 2, 4, 8 s, and for the load up to 30 s, as FixedRandom has the longest.
    let waited = functions.time.sleeps.reduce(Duration.zero, +).inSeconds
    #expect(abs(waited - 104) < 0.1)
  }

  @Test("A scheduled run of ten items ends when more than 10 % have failed; a person's run tries every item")
  func tolerance() throws {
    func functions() -> FakeFunctions {
      let functions = FakeFunctions(items: (0..<10).map { "i\($0)" })
      for item in ["i1", "i3"] { functions.fail("scrape \(item)", with: .sourceRefused, times: 9) }
      return functions
    }
    let scheduled = functions()
    var request = RunRequest(dataset: "news")
    request.trigger = .schedule
    let (progress, settlement) = try run(scheduled, request)
    #expect(progress.outcome == .failed && progress.notTried == (4..<10).map { "i\($0)" })
    #expect(progress.failure?.name == "States.ExceedToleratedFailureThreshold")
    #expect(settlement?.notTried == progress.notTried && settlement?.aborted == [])
    #expect(scheduled.calls.last == "closed" && scheduled.calls.contains { $0.hasPrefix("refresh") })
    #expect(try run(functions()).progress.outcome == .partial)
    let strict = functions()
    request.maxFailures = 0
    #expect(try run(strict, request).progress.notTried.count == 8)
  }

  @Test(
    "Another run with the lock ends this one as locked; a ledger that cannot be written stops only a run that needs it")
  func opening() throws {
    let locked = FakeFunctions(items: ["a"])
    locked.fail("opened a", with: .runLocked, times: 1)
    #expect(try run(locked).progress.outcome == .locked)
    #expect(locked.calls == ["plan", "opened a"])
    for needsLedger in [false, true] {
      let functions = FakeFunctions(items: ["a"])
      functions.fail("opened a", with: .databaseUnavailable, times: 4)
      let progress = try run(functions, needsLedger: needsLedger).progress
      #expect(progress.outcome == (needsLedger ? .failed : .success))
      #expect(functions.calls.contains("scrape a") == !needsLedger)
    }
    let refused = FakeFunctions(items: ["a"])
    refused.fail("opened a", with: .configurationInvalid, times: 1)
    #expect(try run(refused).progress.outcome == .success, "a database may refuse for a moment only")
    let missing = FakeFunctions(items: ["a"])
    missing.fail("opened a", with: .databaseMissing, times: 1)
    #expect(try run(missing).progress.outcome == .failed)
    #expect(!missing.calls.contains("scrape a"), "nothing is read that could not be loaded")
    let needy = FakeFunctions(items: ["a"])
    needy.needsLedger = true
    needy.fail("opened a", with: .databaseUnavailable, times: 4)
    #expect(try run(needy).progress.outcome == .failed)
  }

  @Test("A cache that could not be refreshed makes the run partial, and so does a notice; the ledger gets both")
  func incomplete() throws {
    let functions = FakeFunctions(items: ["a", "b"])
    functions.fail("refresh a b", with: .configurationInvalid, times: 1)
    functions.notice = "robots.txt"
    let progress = try run(functions).progress
    #expect(progress.outcome == .partial && progress.incomplete.count == 2)
    guard case .closed(_, let cause?, nil)? = functions.events.last else {
      Issue.record("no cause")
      return
    }
    #expect(cause.hasPrefix("ConfigurationInvalid: {"))
    #expect(cause.hasSuffix("\nIncompleteItems: a, b: robots.txt"))
  }

  @Test("What the ledger remarks about a run at its end is in its report")
  func remarks() throws {
    let functions = FakeFunctions(items: ["a"])
    functions.warnings = ["a: rows is 3\u{1B}[2J, below 10"]
    var shown: [String] = []
    let progress = try run(functions, show: { shown = $0.remarks }).progress
    let remark = try #require(progress.remarks.first)
    #expect(remark.hasPrefix("Expectation: a: rows is 3") && !remark.contains("\u{1B}") && progress.outcome == .success)
    #expect(shown == progress.remarks)
    #expect(try run(FakeFunctions(items: ["a"])).progress.remarks.isEmpty)
  }

  @Test("The next command is of the same job, and about the same object")
  func advice() {
    var progress = RunProgress(name: "host-1", status: .succeeded, startedAt: Date())
    let failure = RunFailure(error: "SourceUnavailable", cause: "")
    progress.items = [
      ItemProgress(item: "a", state: .failed(failure, in: .stage(.scrape))),
      ItemProgress(item: "b", state: .done(makeOutcome())),
    ]
    let request = PlanRequest(jobType: "hourly", bucket: "in", key: "my file.csv")
    let step = HostAdvice(progress: progress, dataset: dataset, request: request).step
    #expect(
      step?.command.hasSuffix(
        "run --in-process --dataset news --job hourly --bucket in --key 'my file.csv' --item a") == true)
    progress.items.removeLast()
    let undated = Dataset(
      id: "news", dataType: "items", timeZone: "UTC", extractor: "http", sinks: [], hasDates: false)
    let whole = HostAdvice(progress: progress, dataset: undated, request: PlanRequest(jobType: "hourly")).step
    #expect(whole?.command.hasSuffix("run --in-process --dataset news --job hourly") == true)
  }

  @Test("A plan that fails is closed as failed, without items")
  func plan() throws {
    let functions = FakeFunctions(items: ["a"])
    functions.fail("plan", with: .invalidInput, times: 1)
    let progress = try run(functions).progress
    #expect(progress.outcome == .failed && progress.items.isEmpty)
    #expect(functions.events == [.closed(failed: [], cause: progress.failure?.message, error: "InvalidInput")])
  }

  @Test("An order to end stops the run where it is, and closes it", arguments: ["scrape a", "load b", "opened a b c"])
  func stop(call: String) throws {
    let functions = FakeFunctions(items: ["a", "b", "c"])
    var isStopped = false
    // The stop ends a call as a deadline would.
    functions.onCall = { name, context in
      guard name == call else { return }
      isStopped = true
      #expect(context.deadline.hasPassed)
      throw PipelineError(.deadlineExceeded, "no time was left")
    }
    let (progress, settlement) = try run(functions, isStopped: { isStopped })
    #expect(progress.outcome == .stopped && functions.calls.last == "stopped aborted")
    #expect(functions.calls.count { $0 == call } == 1 && !functions.calls.contains("scrape c"))
    #expect(progress.aborted == (call == "opened a b c" ? [] : [String(call.suffix(1))]))
    #expect(settlement?.aborted == progress.aborted && settlement?.notTried == progress.notTried)
    #expect(progress.done.count + progress.aborted.count + progress.notTried.count == 3)
  }

  @Test("A run that is stopped in its enrichment, or after it, has what was enriched", arguments: [2, 3])
  func stopAfterEnrichment(call number: Int) throws {
    let functions = FakeFunctions(items: ["a"])
    functions.enrichments = [7, 8].map { events in
      var counts = EnrichmentCounts()
      (counts.embedded.events, counts.more) = (events, events == 7)
      return counts
    }
    var (isStopped, calls) = (false, 0)
    functions.onCall = { name, _ in
      guard name == "enrich" || name == "changed" else { return }
      calls += 1
      guard calls == number else { return }
      isStopped = true
      throw PipelineError(.deadlineExceeded, "no time was left")
    }
    let (progress, settlement) = try run(functions, isStopped: { isStopped })
    #expect(progress.outcome == .stopped && functions.calls.last == "stopped aborted")
    let known = [settlement?.enrichment, functions.stopped?.enrichment]
    #expect(known.map { EnrichmentRemarks($0)?.enrichment?.embedded.events } == [number + 5, number + 5])
    #expect(progress.remarks.contains { $0.hasPrefix("Enriched: \(number + 5) events") })
  }

  @Test("A run that takes longer than six hours is stopped as timed out")
  func timeout() throws {
    let functions = FakeFunctions(items: ["a", "b"])
    functions.onCall = { name, _ in if name == "load a" { functions.time.advance(by: .seconds(21_601)) } }
    let progress = try run(functions).progress
    #expect(progress.outcome == .failed && functions.calls.last == "stopped timed_out" && progress.notTried == ["b"])
  }

  @Test("An output that is lost does not stop the run; the command ends with its error")
  func lostOutput() throws {
    struct Lost: Error {}
    let functions = FakeFunctions(items: ["a"])
    #expect(throws: Lost.self) { try run(functions, show: { _ in throw Lost() }) }
    #expect(functions.calls.last == "closed")
  }

  @Test("Days before the first cached one are loaded and not cached")
  func cachedFrom() throws {
    let functions = FakeFunctions(items: ["2024-05-30", "2024-05-31"])
    let request = RunRequest(dataset: "news", plan: PlanRequest(cachedFrom: "2024-05-31"))
    #expect(try run(functions, request).progress.outcome == .success)
    #expect(!functions.calls.contains("cache 2024-05-30") && functions.calls.contains("cache 2024-05-31"))
    #expect(functions.calls.contains("refresh 2024-05-31"))
  }
}
