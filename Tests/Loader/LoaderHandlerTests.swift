import Contracts
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import LoaderFunction

@Suite("Loader")
final class LoaderHandlerTests {
  /// The raw store.
  private var objects: [String: String] = [:]
  private let sink = FakeSink()
  private let ledger = FakeLedger()
  private var log: [String] = []
  private var metrics = Metrics()
  private let time = ManualTime()
  private var loaded: [LoadTarget] { sink.targets }

  private static let key = "raw/d/events/year=2024/month=05/day=31/events_2024-05-31_r1.json"
  private static let event = #"{"s3_key": "\#(key)", "date": "2024-05-31"}"#

  /// Runs the handler on a request as it comes over the wire, and returns the response's body.
  @discardableResult
  private func respond(_ event: String = event, sinks: [any Sink]? = nil) throws -> [String: Any] {
    let handler = LoaderHandler(
      dataset: FakeDatasets.find, sinks: { [self] _ in sinks ?? [sink] },
      reading: { [self] key, _ throws(PipelineError) in
        guard let text = objects[key] else { throw PipelineError(.invalidInput, "s3_key names no object") }
        return Data(text.utf8)
      }, ledger: ledger)
    let request = try JSONDecoder().decode(LoaderRequest.self, from: Data(event.utf8))
    metrics = Metrics(time: time)
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time),
      log: Logger(environment: [:], time: time) { [self] line in log.append(line) }, metrics: metrics)
    let response = try JSONEncoder().encode(try handler.handle(request, context))
    let object = try #require(try JSONSerialization.jsonObject(with: response) as? [String: Any])
    #expect(object["statusCode"] as? Int == 200)
    return try #require(object["body"] as? [String: Any])
  }

  private func failure(_ event: String = event) -> PipelineError? {
    do {
      try respond(event)
      return nil
    } catch { return error as? PipelineError }
  }

  @Test("A document in parts is refused before any sink has loaded it, if one cannot take parts; a part alone always")
  func parts() throws {
    objects[Self.key] = #"{"parts":{"keys":["raw/x_2.json"],"number":1},"ingestion_result":{},"records":[]}"#
    let error = failure()
    #expect(error?.name == .configurationInvalid && loaded.isEmpty)
    #expect(error?.message.contains("has 2 parts, and the sink FakeSink takes documents of one part only") == true)
    objects[Self.key] = #"{"parts":{"number":2,"of":"raw/x.json"},"ingestion_result":{},"records":[]}"#
    #expect(failure()?.message == "\(Self.key) is a part of the document raw/x.json: load that one")
    #expect(failure()?.name == .invalidInput && loaded.isEmpty)
  }

  @Test("A document is read and loaded, and the response has the legacy system's shape and more")
  func success() throws {
    objects[Self.key] = "[]"
    sink.report = LoadReport(
      records: RecordCounts(found: 2, new: 2, cancelled: 4),
      counts: [
        "events": RecordCounts(found: 2, new: 2, cancelled: 4), "venues": RecordCounts(found: 2, new: 1, unchanged: 1),
        "artists": RecordCounts(found: 3, new: 3), "genres": RecordCounts(found: 1, unchanged: 1),
      ], isInLedger: true)
    let body = try respond()
    #expect(
      Set(body.keys) == [
        "status", "message", "operation_summary", "records", "counts", "rejected", "s3_key", "dataset", "item", "date",
      ])
    #expect(body["status"] as? String == "success")
    #expect(
      body["message"] as? String == "2 events of 2024-05-31: 2 new, 0 changed, 0 unchanged, 0 rejected, 4 cancelled")
    #expect(
      body["operation_summary"] as? [String: Int] == [
        "files_processed": 1, "artists_created": 3, "venues_created": 1, "genres_created": 0, "events_created": 2,
      ])
    let counts = try #require(body["counts"] as? [String: [String: Int]])
    let events = ["found": 2, "new": 2, "changed": 0, "unchanged": 0, "rejected": 0, "cancelled": 4]
    #expect(counts["events"] == events)
    #expect(counts["venues"] == ["found": 2, "new": 1, "changed": 0, "unchanged": 1, "rejected": 0])
    #expect(Set(counts.keys) == ["events", "venues", "artists", "genres"])
    #expect(body["records"] as? [String: Int] == events)
    #expect((body["rejected"] as? [Any])?.isEmpty == true)
    #expect(body["s3_key"] as? String == Self.key)
    #expect(body["dataset"] as? String == "d")
    #expect(body["item"] as? String == "2024-05-31")
    #expect(body["date"] as? String == "2024-05-31")
    #expect(loaded.map(\.key) == [Self.key])
    #expect(loaded.map(\.dataset.id) == ["d"])
    #expect(ledger.loads.isEmpty)
    #expect(metrics.values == ["Found": 2, "New": 2, "Cancelled": 4])
    try #require(log.count == 1)
    #expect(
      log[0].hasSuffix(
        " INFO 2024-05-31: 2 found, 2 new, 0 changed, 0 unchanged, 0 rejected, 4 cancelled; 0 ms key=\(Self.key)"))
  }

  @Test("An item without a date is loaded into its dataset")
  func undatedItem() throws {
    objects["raw/k"] = "[]"
    let body = try respond(#"{"dataset": "other", "item": {"id": "page-1"}, "s3_key": "raw/k", "run": "r1"}"#)
    #expect(body["item"] as? String == "page-1")
    #expect(body["dataset"] as? String == "other")
    #expect(body["date"] == nil)
    #expect(loaded.map(\.item.id) == ["page-1"])
    #expect(failure(#"{"dataset": "unknown", "item": {"id": "page-1"}, "s3_key": "raw/k"}"#)?.name == .invalidInput)
  }

  @Test("A load that no sink has written into the ledger is recorded after all sinks have answered")
  func severalSinks() throws {
    objects[Self.key] = "[]"
    let (first, second) = (FakeSink(), FakeSink())
    first.report = LoadReport(
      records: RecordCounts(found: 3, unchanged: 2, rejected: 1),
      rejections: [.init(position: 1, reason: "bad", key: "/1")])
    second.report = LoadReport(
      records: RecordCounts(found: 3, new: 1, rejected: 2, cancelled: 4),
      rejections: [.init(position: 1, reason: "worse", key: "/1"), .init(position: 2, reason: "too long", key: nil)],
      listedAt: time.now)
    let body = try respond(sinks: [first, second])
    #expect(body["status"] as? String == "partial")
    #expect((body["records"] as? [String: Int])?["rejected"] == 2, "a rejection of the second sink counts, too")
    let results = try #require(body["sinks"] as? [[String: Any]])
    #expect(results.map { $0["sink"] as? String } == ["FakeSink (all records)", "FakeSink (all records)"])
    #expect(results.map { ($0["records"] as? [String: Int])?["rejected"] } == [1, 2])
    #expect(log.contains { $0.contains("2024-05-31 in FakeSink (all records): 3 found, 1 new") })
    let recorded = try #require(ledger.loads.first)
    #expect(ledger.loads.count == 1)
    #expect(recorded.report.records == RecordCounts(found: 3, new: 1, rejected: 2, cancelled: 4))
    #expect(recorded.report.rejections.map(\.reason) == ["bad", "too long"])
    #expect(recorded.report.listedAt == time.now)
    #expect(recorded.document == Data("[]".utf8))
    #expect(recorded.target.key == Self.key)
    #expect(first.targets.first?.writesLedger == false, "what a sink wrote alone, the next one would take for replaced")

    second.report.isInLedger = true
    try respond(sinks: [first, second])
    #expect(
      ledger.loads.count == 2, "a sink that writes the ledger all the same does not know of the others' rejections")
    try respond(sinks: [second])
    #expect(second.targets.last?.writesLedger == true)
    #expect(ledger.loads.count == 2, "the only sink has written it")

    second.error = PipelineError(.destinationUnavailable, "gone")
    let error = #expect(throws: PipelineError.self) { try respond(sinks: [first, second, sink]) }
    #expect(error?.name == .destinationUnavailable)
    let named = "the sink FakeSink (all records) failed: gone; loaded: FakeSink (all records) (3 found"
    #expect(error?.message.contains(named) == true)
    #expect(first.targets.count == 3)
    #expect(sink.targets.count == 1, "a failure of one sink is none of the others, but it fails the item")
    #expect(ledger.loads.count == 2)
  }

  @Test("A dataset without sinks has its load recorded")
  func noSinks() throws {
    objects[Self.key] = "[]"
    #expect(try respond(sinks: [])["status"] as? String == "success")
    #expect(ledger.loads.map(\.report.records) == [RecordCounts()])
  }

  @Test(
    "Key and date may come in the scraper's response",
    arguments: [
      #"{"extractorData": {"statusCode": 200, "body": {"s3_key": "raw/k", "date": "2024-05-31", "run": "r7"}}}"#,
      #"{"extractorData": {"s3_key": "raw/k", "date": "2024-05-31", "body": {"run": "r7"}}}"#,
      #"{"s3_key": "raw/k", "date": "2024-05-31", "extractorData": {"body": {"s3_key": "x", "date": "x", "run": "r7"}}}"#,
    ])
  func extractorData(event: String) throws {
    objects["raw/k"] = "[]"
    #expect(try respond(event)["event_count"] == nil)
    #expect(loaded.map(\.key) == ["raw/k"])
    #expect(loaded.map(\.item.id) == ["2024-05-31"])
    #expect(loaded.map(\.run) == ["r7"])
  }

  @Test(
    "A request that does not name a document and its date is wrong input",
    arguments: [
      "{}", #"{"s3_key": "raw/k"}"#, #"{"date": "2024-05-31"}"#, #"{"s3_key": "", "date": "2024-05-31"}"#,
      #"{"s3_key": "raw/k", "date": "May 31"}"#, #"{"s3_key": "raw/k\u0000", "date": "2024-05-31"}"#,
      #"{"s3_key": "raw/nowhere", "date": "2024-05-31"}"#,
    ])
  func wrongInput(event: String) throws {
    objects["raw/k"] = "[]"
    #expect(failure(event)?.name == .invalidInput)
    #expect(loaded.isEmpty)
  }

  @Test(
    "A key that is not under raw/ or raw_events/ is wrong input, and nothing is read",
    arguments: [
      "k", "raw", "raw/", "/raw/k.json", "raws/k.json", "pages/wwoz/k", "raw/../pages/k", "raw/./k.json", "raw//k.json",
      "raw_events/..", "RAW/k.json", "https://example.org/raw/k.json",
    ])
  func otherKey(key: String) {
    objects[key] = "[]"
    let error = failure(#"{"s3_key": "\#(key)", "date": "2024-05-31"}"#)
    #expect(error?.name == .invalidInput)
    #expect(error?.message.hasPrefix("s3_key must be under raw/ or raw_events/") == true)
    #expect(loaded.isEmpty)
  }

  @Test(
    "The keys of both systems are accepted",
    arguments: [
      "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_r1.json", "raw_events/2024/events_2024-05-31.json",
    ])
  func documentKey(key: String) throws {
    objects[key] = "[]"
    try respond(#"{"s3_key": "\#(key)", "date": "2024-05-31"}"#)
    #expect(loaded.map(\.key) == [key])
  }

  @Test(
    "A run's name that could not be part of a key is wrong input, in a load and in a ledger event",
    arguments: [
      "", "a b", "a/b", "../x", "w\u{f6}chentlich", "a\u{0}", "a=b", "\u{202e}x", String(repeating: "r", count: 201),
    ])
  func wrongRun(run: String) throws {
    objects["raw/k"] = "[]"
    let name = try #require(String(data: JSONEncoder().encode(run), encoding: .utf8))
    let opened = #"{"trigger": "schedule", "started_at": "2024-05-31T08:00:00Z", "dates": ["2024-05-31"]}"#
    for event in [
      #"{"s3_key": "raw/k", "date": "2024-05-31", "run": \#(name)}"#,
      #"{"s3_key": "raw/k", "extractorData": {"date": "2024-05-31", "body": {"run": \#(name)}}}"#,
      #"{"ledger": {"run": \#(name), "opened": \#(opened)}}"#,
    ] {
      let error = failure(event)
      #expect(error?.name == .invalidInput)
      #expect(error?.message.contains("run ") == true, "\(event)")
    }
    #expect(loaded.isEmpty && ledger.events.isEmpty)
  }

  @Test("A run's name of 200 characters of the alphabet is accepted")
  func longRun() throws {
    objects["raw/k"] = "[]"
    let run = "cli-20261126T154708Z_b7ca.1" + String(repeating: "r", count: 173)
    try respond(#"{"s3_key": "raw/k", "date": "2024-05-31", "run": "\#(run)"}"#)
    #expect(loaded.map(\.run) == [run])
  }

  @Test(
    "A date other than the one in the key is wrong input",
    arguments: [
      "raw/wwoz/events/year=2024/month=05/day=30/events_2024-05-31_r1.json",
      "raw/wwoz/events/year=2024/month=06/day=31/events_2024-05-31_r1.json",
      "raw/wwoz/events/year=2023/month=05/day=31/events_2024-05-31_r1.json",
      "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-30_r1.json", "raw_events/events_2024-05-30.json",
    ])
  func dateOfKey(key: String) {
    objects[key] = "[]"
    #expect(failure(#"{"s3_key": "\#(key)", "date": "2024-05-31"}"#)?.name == .invalidInput)
    #expect(loaded.isEmpty)
  }

  @Test("Only the request allows a listing to cancel most of a day")
  func allowShrink() throws {
    objects["raw/k"] = "[]"
    for field in ["", #", "allow_shrink": false"#, #", "allow_shrink": true"#] {
      try respond(#"{"s3_key": "raw/k", "date": "2024-05-31"\#(field)}"#)
    }
    #expect(loaded.map(\.allowsShrinkage) == [false, false, true])
  }

  @Test("A run's name may look like a date")
  func dateAsRun() throws {
    let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_2024-06-01_day=1.json"
    objects[key] = "[]"
    try respond(#"{"s3_key": "\#(key)", "date": "2024-05-31"}"#)
    #expect(loaded.count == 1)
  }

  @Test("The response names the first hundred rejected records, and the load is partial")
  func rejected() throws {
    objects[Self.key] = "[]"
    sink.report = LoadReport(
      records: RecordCounts(found: 150, rejected: 150),
      rejections: (0..<150).map { .init(position: $0, reason: "no artist name", key: $0 == 0 ? "/events/1" : nil) },
      isInLedger: true)
    let body = try respond()
    #expect(body["status"] as? String == "partial")
    let rejected = try #require(body["rejected"] as? [[String: Any]])
    #expect(rejected.count == 100)
    #expect(rejected[0]["position"] as? Int == 0)
    #expect(rejected[0]["reason"] as? String == "no artist name")
    #expect(rejected[0]["href"] as? String == "/events/1")
    #expect(log.contains { $0.contains("record rejected: no artist name") })
  }

  @Test("A document of 16 MB is loaded; a larger one is refused with both numbers")
  func tooLarge() throws {
    let largest = DocumentLoad.maximumDocumentBytes
    objects[Self.key] = "[" + String(repeating: " ", count: largest - 2) + "]"
    try respond()
    objects[Self.key]? += " "
    let error = try #require(failure())
    #expect(error.name == .storageCorrupt)
    #expect(error.message.hasPrefix("\(Self.key) has 16777217 bytes, and the loader takes at most 16777216."))
    #expect(loaded.count == 1)
  }

  @Test("A load with a notice is partial, and the response, which leaves it out otherwise, and a warning have it")
  func notice() throws {
    objects[Self.key] = "[]"
    let (first, second) = (FakeSink(), FakeSink())
    #expect(try respond(sinks: [first, second])["notice"] == nil)
    second.report.notice = "SourceChanged: 34 of 36 venue pages no longer have phone_number"
    let body = try respond(sinks: [first, second])
    #expect(body["status"] as? String == "partial")
    #expect(body["notice"] as? String == second.report.notice)
    #expect(log.contains { $0.contains(" WARN SourceChanged: 34 of 36 venue pages") })
  }

  @Test("A load that came too late is superseded")
  func superseded() throws {
    objects[Self.key] = "[]"
    sink.report = LoadReport(records: RecordCounts(), isSuperseded: true, isInLedger: true)
    #expect(try respond()["status"] as? String == "superseded")
    #expect(log.last?.contains("superseded by a later listing") == true)
  }

  @Test("A failed load fails the invocation")
  func failedLoad() {
    objects[Self.key] = "[]"
    sink.error = PipelineError(.databaseUnavailable, "gone")
    #expect(failure()?.name == .databaseUnavailable)
  }

  @Test("Counts of a sink that do not add up fail the item, and the error names the sink")
  func wrongCounts() {
    objects[Self.key] = "[]"
    sink.report = LoadReport(records: RecordCounts(found: 3, new: 1, unchanged: 1))
    #expect(
      failure()
        == PipelineError(
          .storageCorrupt,
          "3 events of 2024-05-31 in FakeSink were found, but 1 new, 0 changed, 1 unchanged, 0 rejected"))
    #expect(ledger.loads.isEmpty)
  }

  @Test("A ledger event is written, and the response has the state of the run")
  func ledgerEvent() throws {
    let opened =
      #"{"trigger": "schedule", "started_at": "2024-05-31T08:00:00Z", "dates": ["2024-06-01", "2024-05-31"]}"#
    let event = #"{"ledger": {"run": "run-1", "opened": \#(opened)}}"#
    #expect(try respond(event) as NSDictionary == ["status": "success", "run": "run-1"])
    #expect(ledger.events.map(\.run) == ["run-1"])
    #expect(ledger.events.map(\.dataset) == ["d"])
    let items = [19_874, 19_875].map { WorkItem(date: CalendarDate(daysSinceEpoch: $0)) }
    ledger.runRecord = RunRecord(
      run: "run-1", trigger: .manual, status: .partial, startedAt: time.now, endedAt: time.now, items: items,
      itemsLoaded: 1, itemsFailed: 1,
      records: RecordCounts(found: 5, new: 1, changed: 1, unchanged: 2, rejected: 1, cancelled: 4))
    let counts: NSDictionary = [
      "status": "partial", "dates": 2, "dates_loaded": 1, "dates_failed": 1, "found": 5, "new": 1, "changed": 1,
      "unchanged": 2, "rejected": 1, "cancelled": 4,
    ]
    #expect(try respond(event)["ledger"] as? NSDictionary == counts)
    try #require(log.count == 2)
    #expect(
      log[1].hasSuffix(
        " INFO run run-1: partial, 1 of 2 items loaded, 1 failed; 5 found, 1 new, 1 changed, 2 unchanged, 1 rejected, "
          + "4 cancelled; 0 ms"))
    #expect(metrics.values.isEmpty)
    #expect(
      try respond(#"{"ledger": {"dataset": "other", "run": "r", "opened": \#(opened)}}"#)["run"] as? String == "r")
    #expect(ledger.events.last?.dataset == "other")
  }

  @Test("EventBridge's event of a stopped run closes it in the ledger")
  func stoppedRun() throws {
    let event = #"""
      {"version": "0", "source": "aws.states", "detail-type": "Step Functions Execution Status Change",
       "detail": {"name": "run-1", "status": "ABORTED", "startDate": 1717142400000, "stopDate": 1717142460000,
                  "input": "{\"dataset\": \"other\", \"trigger\": \"schedule\"}"}}
      """#
    #expect(try respond(event) as NSDictionary == ["status": "success", "run": "run-1"])
    let start = Date(timeIntervalSince1970: 1_717_142_400)
    #expect(
      ledger.events.map(\.event) == [
        .stopped(RunStop(trigger: .schedule, startedAt: start, endedAt: start + 60, reason: .aborted))
      ])
    #expect(ledger.events.map(\.dataset) == ["other"])
    #expect(failure(event.replacing("ABORTED", with: "SUCCEEDED"))?.name == .invalidInput)
    // The start of a job is no run of the standard dataset.
    let job = event.replacing(#"\"dataset\": \"other\""#, with: #"\"job_type\": \"hourly\""#)
    #expect(try respond(job) as NSDictionary == ["status": "success", "run": "run-1"])
    #expect(ledger.events.count == 1)
  }

  @Test("The response names the sinks that the definition leaves out, and has no such key if there are none")
  func leftOut() throws {
    objects[Self.key] = "[]"
    #expect(try respond()["left_out"] == nil)
    let handler = LoaderHandler(
      dataset: FakeDatasets.find, sinks: { [self] _ in [sink] },
      reading: { [self] key, _ in Data((objects[key] ?? "").utf8) }, ledger: ledger,
      leftOut: { _ in ["the sink x is left out"] })
    let request = try JSONDecoder().decode(LoadRequest.self, from: Data(Self.event.utf8))
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time), log: Logger(environment: [:], time: time) { _ in }, metrics: metrics)
    #expect(try handler.handle(request, context).body.leftOut == ["the sink x is left out"])
  }
}
