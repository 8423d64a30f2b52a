import Contracts
import Definitions
import Foundation
import Locking
import TestSupport
import Testing
import Time

@Suite("The lock of a run")
struct RunLocksTests {
  private let place = MemoryPlace()
  private let deadline = Deadline.none(on: ManualTime())
  private let dataset = Dataset(id: "news", dataType: "articles", timeZone: "UTC", extractor: "e", sinks: [])

  @Test("is refused as RunLocked, with the holder, since when, until when, and what to do")
  func second() throws {
    let (one, two) = (try place.lock(ahead: 0), try place.lock(ahead: 0))
    try RunLocks.acquire(one, for: "run-a", of: dataset, deadline: deadline)
    try RunLocks.acquire(one, for: "run-a", of: dataset, deadline: deadline)
    let error = #expect(throws: PipelineError.self) {
      try RunLocks.acquire(two, for: "run-b", of: dataset, deadline: deadline)
    }
    #expect(error?.name == .runLocked && error?.name.isRetryable == false)
    #expect(
      error?.message
        == "another run of news is under way: run run-a holds the lock since 2024-05-31T08:00:00Z, until "
        + "2024-05-31T08:05:01Z. This run, run-b, has done nothing. Start it again when the other has ended; if the other "
        + "is dead, the lock can be taken over 60 seconds after its end, or released: festvibes lock news")
  }

  @Test("that was lost stops what the run does next, and the message says to whom, and what to do")
  func lost() throws {
    let (one, two) = (try place.lock(ahead: 0), try place.lock(ahead: 0))
    try RunLocks.acquire(one, for: "run-a", of: dataset, deadline: deadline)
    try RunLocks.renew(one, for: "run-a", of: dataset, before: "load x", deadline: deadline)
    place.pass(400)
    try RunLocks.acquire(two, for: "run-b", of: dataset, deadline: deadline)
    let late = #expect(throws: PipelineError.self) {
      try RunLocks.renew(one, for: "run-a", of: dataset, before: "load x", deadline: deadline)
    }
    #expect(late?.name == .runLocked)
    #expect(
      late?.message.hasPrefix(
        "the run run-a no longer has the lock of news, so it does not load x: run run-b holds the lock since ") == true)
    try two.release(for: "run-b", deadline: deadline)
    let later = #expect(throws: PipelineError.self) {
      try RunLocks.renew(one, for: "run-a", of: dataset, before: "load x", deadline: deadline)
    }
    #expect(
      later?.message.contains("the lock has expired and another run has had it since, or it was released") == true,
      "the next run may have loaded newer data")
  }

  private func definition(_ lock: String) -> (definition: Definition?, problems: [DefinitionProblem]) {
    let text = "dataset_id: news\ndata_type: articles\nextract: {plugin: x}\n\(lock)\n"
    return Definition.read(
      Array(text.utf8), file: "f", plugins: KnownPlugins(lock: .lock), variable: { _, _ in "news-locks" })
  }

  @Test("is what the definition says; 002's defaults hold")
  func plan() throws {
    let short = try #require(definition("lock: {kind: dynamodb, table_name: '${TABLE}'}").definition)
    let row = try #require(definition("lock: {kind: postgres}").definition)
    let plan = try #require(LockPlan(short))
    #expect(plan.place == .dynamoDB(table: "news-locks", region: nil))
    #expect(plan.key == "etl:news" && plan.timeout == .seconds(300))
    let long = "lock: {kind: dynamodb, table_name: t.1, region_name: sa-east-1, key: all/news, timeout_seconds: 600}"
    let read = try #require(definition(long).definition)
    let full = try #require(LockPlan(read))
    #expect(full.place == .dynamoDB(table: "t.1", region: "sa-east-1"))
    #expect(full.key == "all/news" && full.timeout == .seconds(600))
    #expect(LockPlan(row)?.place == .postgres)
    for none in ["lock: null", "lock:", ""] {
      let definition = try #require(definition(none).definition)
      #expect(LockPlan(definition) == nil && !definition.needsLedger)
    }
    #expect(short.needsLedger)
    #expect(throws: Never.self) { try plan.dynamoDBLock(environment: ["AWS_REGION": "us-east-1"]) }
    let error = #expect(throws: PipelineError.self) { try plan.dynamoDBLock(environment: [:]) }
    #expect(error?.name == .configurationInvalid && error?.message.contains("AWS_REGION") == true)
  }

  @Test(
    "makes a run need the ledger, as checkpoints do, also for a program that knows no section",
    arguments: [
      ("lock: {kind: wrong, table_name: '${NO_VALUE}'}", true), ("lock: null", false), ("", false),
      ("extract: {plugin: http, incremental: {cursor: .id}}", true), ("extract: {incremental: null}", false),
      ("extract: {plugin: http}", false),
    ])
  func needsLedger(section: String, expected: Bool) throws {
    let extract = section.hasPrefix("extract") ? "" : "extract: {plugin: x}\n"
    let text = "dataset_id: news\ndata_type: articles\n\(extract)\(section)\n"
    let read = Definition.read(Array(text.utf8), file: "f", plugins: KnownPlugins(), variable: { _, _ in nil })
    let definition = try #require(read.definition, "\(read.problems)")
    #expect(definition.needsLedger == expected && definition.lock == nil)
  }

  @Test(
    "has each problem of its section named",
    arguments: [
      ("lock: {kind: dynamodb}", "4:7: lock.table_name: it is missing: kind dynamodb needs the name of the table"),
      ("lock: {kind: redis}", "4:14: lock.kind: it is 'redis': it must be one of dynamodb, postgres"),
      ("lock: {table_name: abc}", "4:7: lock.kind: it is missing"),
      ("lock: {kind: postgres, table_name: abc}", "4:24: lock.table_name: only kind dynamodb has it: delete it"),
      ("lock: {kind: postgres, region_name: eu-west-1}", "lock.region_name: only kind dynamodb has it: delete it"),
      ("lock: {kind: postgres, key: 'a b'}", "lock.key: it is 'a b'"),
      ("lock: {kind: postgres, timeout_seconds: 5}", "lock.timeout_seconds: it is '5'"),
      ("lock: {kind: dynamodb, table_name: a}", "lock.table_name: it is 'a'"),
      ("lock: {kind: dynamodb, table_name: abc, region_name: 'US East'}", "lock.region_name: it is 'US East'"),
      ("lock: {kind: postgres, ttl: 5}", "lock.ttl: it is not known"), ("lock: yes", "4:7: lock: it must be a mapping"),
    ])
  func problems(_ lock: String, _ problem: String) {
    let read = definition(lock)
    #expect(read.definition == nil)
    #expect(read.problems.contains { "\($0)".contains(problem) }, "\(read.problems)")
  }
}
