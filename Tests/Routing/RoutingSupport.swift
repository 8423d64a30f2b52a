import Contracts
import Definitions
import Foundation
import Loading
import Routing
import Time

/// Sinks and documents for the tests of `where`.
enum RoutingSupport {
  static let dataset = Dataset(id: "d", dataType: "things", timeZone: "UTC", extractor: "none", sinks: ["fake"])

  struct Problems: Error { let texts: [String] }

  /// Reads entries of `load` by the real plugins, each in YAML's flow style.
  static func definition(_ load: [String], environment: [String: String] = [:]) throws -> Definition {
    let entries = load.map { "  - \($0)\n" }.joined()
    let text = "dataset_id: d\ndata_type: things\nextract: {}\nload:\n\(entries)"
    let read = Definition.read(Array(text.utf8), file: "d.yaml", plugins: LoadingRegistry.known) { name, _ in
      environment[name]
    }
    guard let definition = read.definition else { throw Problems(texts: read.problems.map(\.description)) }
    return definition
  }

  /// Reads an entry of `load` with the keys that are given in YAML's flow style.
  static func section(_ keys: String) throws -> Section {
    let form = PluginForm("fake", "A sink.", SectionForm([])).withFilter
    let text = "dataset_id: d\ndata_type: things\nextract: {}\nload: [{plugin: fake, \(keys)}]\n"
    let read = Definition.read(Array(text.utf8), file: "d.yaml", plugins: KnownPlugins(load: [form])) { _, _ in nil }
    guard let section = read.definition?.sinks.first else { throw Problems(texts: read.problems.map(\.description)) }
    return section
  }

  static func filter(_ rule: String) throws -> RecordFilter? { try RecordFilter(section("where: \(rule)")) }

  static func document(_ records: String, rejected: String = "[]") -> Data {
    Data(
      #"{"ingestion_result": {"success": true, "complete": true, "records": 3}, "records": \#(records) , "rejected": \#(rejected)}"#
        .utf8)
  }

  static func target(_ key: String = "raw/k.json") throws -> LoadTarget {
    LoadTarget(dataset: dataset, item: try WorkItem(id: "all"), key: key)
  }

  static var deadline: Deadline { Deadline(after: .seconds(30), on: SystemTime()) }
}

/// A sink that keeps its documents and gives the report that it is told to give.
class KeepingSink: Sink {
  let name: String
  var isInDatabase = false
  var keepsRecords = true
  /// Takes the end of the time that a load has.
  var onLoad: (Deadline) -> Void = { _ in }
  private(set) var documents: [String] = []
  private(set) var targets: [LoadTarget] = []
  var error: PipelineError?
  var report: (Data) -> LoadReport = { KeepingSink.allNew($0) }

  init(_ name: String = "fake") { self.name = name }

  func load(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> LoadReport {
    onLoad(deadline)
    targets.append(target)
    documents.append(String(decoding: document, as: UTF8.self))
    if let error { throw error }
    return report(document)
  }

  func dryRun(_ document: Data, for target: LoadTarget, deadline: Deadline) throws(PipelineError) -> DryRun {
    DryRun(report: try load(document, for: target, deadline: deadline), differences: [])
  }

  /// Counts the records as new, but for those that are called `bad`, and the rows that the scraper rejected.
  static func allNew(_ document: Data) -> LoadReport {
    let object = (try? JSONSerialization.jsonObject(with: document)) as? [String: Any]
    let records = object?["records"] as? [[String: Any]] ?? []
    let rows = object?["rejected"] as? [[String: Any]] ?? []
    let bad = records.indices.filter { records[$0]["id"] as? String == "bad" }
    let positions = bad + rows.indices.map { records.count + $0 }
    return LoadReport(
      records: RecordCounts(
        found: records.count + rows.count, new: records.count - bad.count, rejected: positions.count),
      rejections: positions.map { .init(position: $0, reason: "no", key: nil) },
      rejected: Dictionary(uniqueKeysWithValues: positions.map { ($0, "\($0)") }))
  }
}

/// The same, for documents in parts: it has a document for each.
final class KeepingPartedSink: KeepingSink, PartedSink {
  func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    var report = LoadReport(records: RecordCounts())
    for index in 0..<document.count {
      let part = try load(document.part(index, deadline: deadline), for: target, deadline: deadline)
      let start = report.records.found
      report.records.found += part.records.found
      report.records.new += part.records.new
      report.records.rejected += part.records.rejected
      report.rejections += part.rejections.map { .init(position: start + $0.position, reason: $0.reason, key: $0.key) }
      for (position, text) in part.rejected { report.rejected[start + position] = text }
    }
    return report
  }

  func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    DryRun(report: try load(document, for: target, deadline: deadline), differences: [])
  }
}
