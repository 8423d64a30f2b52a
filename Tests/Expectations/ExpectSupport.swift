import Contracts
import Definitions
import Foundation
import JSON
import TestSupport
import Time

@testable import Expectations

/// A dataset with expectations, and documents for it.
struct Expected {
  /// 2024-05-31T08:00:00Z.
  static let readAt = Date(timeIntervalSince1970: 1_717_142_400)

  let definition: Definition?
  let problems: [String]

  /// - Parameters:
  ///   - rules: the elements of `expect`, as flow mappings.
  ///   - zone: the dataset's.
  init(_ rules: [String], zone: String = "UTC", isIncremental: Bool = false) {
    let text = """
      dataset_id: d
      data_type: items
      timezone: \(zone)
      extract: {plugin: http\(isIncremental ? ", incremental: {cursor: .at}" : "")}
      expect:
      \(rules.map { "  - \($0)" }.joined(separator: "\n"))
      """
    let read = Definition.read(
      Array(text.utf8), file: "d.yaml", plugins: KnownPlugins(expect: DocumentExpectations.forms)
    ) { _, _ throws(PipelineError) in nil }
    definition = read.definition
    problems = read.problems.map(\.description)
  }

  /// Returns a document with the records, which are JSON objects.
  static func document(
    _ records: [String], rejected: Int = 0, readAt: Date? = Expected.readAt, checkpoint: String? = nil
  ) -> Data {
    let span = checkpoint.map { #""checkpoint":{"after":{"type":"time","value":"\#($0)"},"before":null},"# } ?? ""
    let time = readAt.map { #","timestamp":"\#(RFC3339.utc($0))""# } ?? ""
    let rows = Array(repeating: #"{"reason":"odd"}"#, count: rejected).joined(separator: ",")
    return Data(
      (#"{\#(span)"ingestion_result":{"success":true\#(time)},"#
        + #""records":[\#(records.joined(separator: ","))],"rejected":[\#(rows)]}"#).utf8)
  }

  /// Checks a document.
  func check(
    _ document: Data, earlier: [Int] = [], allowsShrinkage: Bool = false
  ) throws(PipelineError) -> CheckResult {
    let parted = try PartedDocument(alone: document, at: "raw/k")
    return try check(parted, earlier: earlier, allowsShrinkage: allowsShrinkage)
  }

  func check(
    _ document: PartedDocument, earlier: [Int] = [], allowsShrinkage: Bool = false
  ) throws(PipelineError) -> CheckResult {
    guard let definition,
      let expectations = try DocumentExpectations(
        definition, history: { (_, _, count, _, _) throws(PipelineError) in Array(earlier.prefix(count)) })
    else { throw PipelineError(.configurationInvalid, problems.joined(separator: "\n")) }
    let target = LoadTarget(
      dataset: definition.dataset, item: try WorkItem(id: "all"), key: "raw/k", allowsShrinkage: allowsShrinkage)
    return try expectations.check(document, for: target, deadline: .none(on: SystemTime()))
  }

  /// Returns the breach of the only rule by records; nil if it is met.
  static func breach(
    _ rule: String, _ records: [String], zone: String = "UTC", rejected: Int = 0, earlier: [Int] = []
  ) throws -> String? {
    let result = try Expected([rule], zone: zone).check(document(records, rejected: rejected), earlier: earlier)
    // Without the error's name and the rule's.
    return result.notice.map { $0.split(separator: ": ", maxSplits: 2).last.map(String.init) ?? "" }
  }
}
