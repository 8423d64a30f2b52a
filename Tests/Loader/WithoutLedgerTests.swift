import Contracts
import Foundation
import LambdaRuntime
import TestSupport
import Testing
import Time

@testable import LoaderFunction

@Suite("The loader without a ledger")
final class WithoutLedgerTests {
  private let time = ManualTime()
  private lazy var lock = FakeLock(time)
  private let sink = FakeSink()
  private var log: [String] = []

  private func respond(_ event: String) throws -> [String: Any] {
    let lock = lock
    let handler = LoaderHandler(
      dataset: FakeDatasets.find, sinks: { [sink] _ in [sink] }, lock: { _ in lock },
      reading: { _, _ in Data("[]".utf8) }, ledger: nil)
    let request = try JSONDecoder().decode(LoaderRequest.self, from: Data(event.utf8))
    let context = LambdaContext(
      requestID: "r", deadline: Deadline(after: .seconds(60), on: time),
      log: Logger(environment: [:], time: time) { [self] line in log.append(line) }, metrics: Metrics(time: time))
    let response = try JSONEncoder().encode(try handler.handle(request, context))
    let object = try #require(try JSONSerialization.jsonObject(with: response) as? [String: Any])
    return try #require(object["body"] as? [String: Any])
  }

  private func ledger(_ fact: String) -> String { #"{"ledger": {"run": "r1", \#(fact)}}"# }

  @Test("A run is opened, loaded and closed under its lock; that there is no ledger is said once")
  func run() throws {
    let times = #""trigger": "manual", "started_at": "2024-05-31T08:00:00Z", "items": [{"id": "a"}, {"id": "b"}]"#
    let opened = try respond(ledger(#""opened": {\#(times)}"#))
    #expect(opened["status"] as? String == "success" && opened["run"] as? String == "r1" && opened["ledger"] == nil)
    let deadline = Deadline.none(on: time)
    #expect(try lock.holder(deadline: deadline)?.run == "r1")
    sink.report = LoadReport(
      records: RecordCounts(found: 2, new: 1, rejected: 1), rejections: [.init(position: 1, reason: "bad", key: "/1")])
    let loaded = try respond(#"{"dataset": "other", "item": {"id": "a"}, "s3_key": "raw/k", "run": "r1"}"#)
    #expect((loaded["records"] as? [String: Int])?["new"] == 1 && (loaded["rejected"] as? [Any])?.count == 1)
    _ = try respond(
      ledger(
        #""failed": {"item": {"id": "b"}, "stage": "scrape", "error": "SourceChanged", "failed_at": "2024-05-31T08:00:09Z"}"#
      ))
    _ = try respond(ledger(#""closed": {\#(times), "ended_at": "2024-05-31T08:03:00Z", "failed_items": ["b"]}"#))
    #expect(try lock.holder(deadline: deadline) == nil)
    #expect(log.filter { $0.contains("no ledger") }.count == 1)
    #expect(log[0].contains(" INFO run r1: 2 items; no ledger: the run is only in the log and in Step Functions; "))
    #expect(log.contains { $0.contains("run r1: b failed: SourceChanged") })
    #expect(log.last?.contains("run r1: it has ended") == true)
  }
}
