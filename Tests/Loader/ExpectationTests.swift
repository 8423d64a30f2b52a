import Contracts
import Definitions
import Expectations
import Foundation
import TestSupport
import Testing
import Time

@testable import LambdaRuntime
@testable import LoaderFunction

/// Documents that are not as their dataset expects, from the request to the response.
@Suite("Expectations in the loader")
final class ExpectationTests {
  private let sink = FakeSink()
  private let ledger = FakeLedger()
  private let unloaded = FakeUnloadedDocuments()
  private let time = ManualTime()
  private var log: [String] = []
  private var metrics = Metrics()
  private var earlier: [Int] = []
  private var document = #"{"ingestion_result":{"timestamp":"2024-05-31T08:00:00Z"},"records":[{"id":1},{"id":1}]}"#

  private func handler(_ rules: String, isIncremental: Bool = false) throws -> LoaderHandler {
    let text = """
      dataset_id: d
      data_type: items
      extract: {plugin: http\(isIncremental ? ", incremental: {cursor: .at}" : "")}
      expect: [\(rules)]
      """
    let read = Definition.read(
      Array(text.utf8), file: "d.yaml", plugins: KnownPlugins(expect: DocumentExpectations.forms)
    ) { _, _ throws(PipelineError) in nil }
    let definition = try #require(read.definition, "\(read.problems)")
    let expectations = try DocumentExpectations(definition) { [self] _, _, count, _, _ in
      Array(earlier.prefix(count))
    }
    return LoaderHandler(
      dataset: { _ throws(PipelineError) in definition.dataset }, sinks: { [self] _ in [sink] },
      reading: { [self] _, _ throws(PipelineError) in Data(document.utf8) }, ledger: ledger,
      checks: { _ throws(PipelineError) in expectations }, unloaded: unloaded)
  }

  private func context() -> LambdaContext {
    metrics = Metrics(namespace: "N", function: "f", time: time)
    return LambdaContext(
      requestID: "r", deadline: Deadline(after: .seconds(100), on: time),
      log: Logger(environment: [:], time: time) { [self] line in log.append(line) }, metrics: metrics)
  }

  @discardableResult
  private func load(_ rules: String, allowsShrinkage: Bool = false) throws -> LoadResponse {
    let request = LoadRequest(
      dataset: "d", item: try WorkItem(id: "all"), s3Key: "raw/k", run: "r1", allowShrink: allowsShrinkage)
    return try handler(rules).handle(request, context()).body
  }

  private static let rule = "{check: rows, minimum: 3"
  private static let breach = "expect[0] rows: 2 records, and minimum is 3"

  @Test("warn loads the document, and is in the log, in the response and with the load in the ledger")
  func warn() throws {
    let response = try load("\(Self.rule), on_breach: warn}")
    #expect(response.status == "success" && response.notice == nil)
    #expect(response.warnings == [Self.breach])
    #expect(sink.targets.map(\.checked) == [CheckResult(warnings: [Self.breach])])
    #expect(log.contains { $0.contains("WARN") && $0.contains(Self.breach) }, "\(log)")
  }

  @Test("partial, which is the standard, loads the document and makes the item incomplete")
  func partial() throws {
    let response = try load("\(Self.rule)}")
    #expect(response.status == "partial" && response.notice == "SourceChanged: \(Self.breach)")
    #expect(response.warnings == nil)
    #expect(sink.targets.map(\.checked?.notice) == ["SourceChanged: \(Self.breach)"])
    #expect(log.contains { $0.contains("WARN") && $0.contains("SourceChanged: \(Self.breach)") }, "\(log)")
  }

  @Test("fail refuses the document before any sink has it")
  func fail() throws {
    let error = #expect(throws: PipelineError.self) { try load("\(Self.rule), on_breach: fail}") }
    #expect(error?.name == .sourceChanged)
    #expect(error?.message.contains(Self.breach) == true && error?.message.contains("--allow-shrink") == true)
    #expect(sink.targets.isEmpty && ledger.loads.isEmpty)
    #expect(try load("\(Self.rule), on_breach: fail}", allowsShrinkage: true).warnings == [Self.breach])
  }

  @Test("The breaches are beside the sink's own notice, and go to the ledger with a load that no sink has written")
  func besideNotice() throws {
    sink.report = LoadReport(records: RecordCounts(found: 2, new: 2), notice: "SourceChanged: pages")
    let response = try load("\(Self.rule)}, {check: unique, fields: id, on_breach: warn}")
    #expect(response.notice == "SourceChanged: pages; SourceChanged: \(Self.breach)")
    #expect(ledger.loads.map(\.target.checked?.notice) == ["SourceChanged: \(Self.breach)"])
    #expect(ledger.loads.map(\.report.warnings.count) == [1])
  }

  @Test("A superseded document, which changed nothing, is not incomplete for its breaches")
  func superseded() throws {
    sink.report = LoadReport(records: RecordCounts(found: 2, unchanged: 2), isSuperseded: true, isInLedger: true)
    let response = try load("\(Self.rule)}")
    #expect(response.status == "superseded" && response.notice == nil && response.warnings == nil)
  }

  @Test("Without a history the item passes, and the log says so; with one it is compared")
  func history() throws {
    let rule = "{check: rows_ratio, minimum: 0.5, on_breach: fail}"
    #expect(try load(rule).status == "success")
    #expect(log.contains { $0.contains("INFO") && $0.contains("expect[0] rows_ratio: not compared") }, "\(log)")
    earlier = [100, 100, 100]
    let error = #expect(throws: PipelineError.self) { try load(rule) }
    #expect(error?.message.contains("2 records are 0.02 of the median 100 of the last 3 loads") == true)
  }

  @Test("A dataset without expectations pays nothing: its document is not read here")
  func none() throws {
    document = "no document"
    let handler = LoaderHandler(
      dataset: FakeDatasets.find, sinks: { [self] _ in [sink] },
      reading: { [self] _, _ throws(PipelineError) in Data(document.utf8) }, ledger: ledger)
    let request = LoadRequest(item: try WorkItem(id: "all"), s3Key: "raw/k")
    #expect(try handler.handle(request, context()).body.status == "success")
    #expect(sink.targets.map(\.checked) == [nil])
  }

  @Test("A document of an earlier run that is refused is a failure of that document, and stops no run")
  func earlierDocument() throws {
    let started = Date(timeIntervalSince1970: 1_717_142_400)
    unloaded.documents = [UnloadedDocument(run: "r0", started: started, item: try WorkItem(id: "all"))]
    let event = LedgerEvent.opened(
      RunOpening(trigger: .schedule, startedAt: started, items: [try WorkItem(id: "all")]))
    _ = try handler("\(Self.rule), on_breach: fail}", isIncremental: true).handle(
      LedgerRequest(run: "r1", event: event), context())
    guard case .failed(let error)? = unloaded.ends.first else {
      Issue.record("\(unloaded.ends)")
      return
    }
    #expect(error.name == .sourceChanged && sink.targets.isEmpty)
  }

  @Test("The load counts for its dataset, and so does the end of a run")
  func metricsOfDatasets() throws {
    sink.report = LoadReport(records: RecordCounts(found: 2, new: 1, unchanged: 1), isInLedger: true)
    try load("\(Self.rule), on_breach: warn}")
    let document = try EMFDocument(#require(metrics.line(at: Date(), level: .info)))
    #expect(document.dimensions["Dataset"] == "d" && document.dimensions["DataType"] == "items")
    #expect(document.divisions[["Dataset", "DataType"]] == ["Found", "New"])
    #expect(document.divisions[["Function"]] == ["Found", "New", "Unchanged"])
    let opening = RunOpening(trigger: .schedule, startedAt: Date(), items: [try WorkItem(id: "all")])
    let closing = RunClosing(opening: opening, endedAt: Date(), outcome: .finished(failedItems: []))
    let handler = try handler("\(Self.rule)}")
    _ = try handler.handle(LedgerRequest(run: "r1", event: .opened(opening)), context())
    #expect(metrics.values["RunsEnded"] == nil)
    _ = try handler.handle(LedgerRequest(run: "r1", event: .closed(closing)), context())
    #expect(metrics.values["RunsEnded"] == 1)
  }
}
