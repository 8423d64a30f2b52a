import Contracts
import Definitions
import FoundationEssentials
import JSON
import Routing
import Time

/// The result of a rule of a dataset for some records.
public struct RuleResult: Equatable, Sendable {
  /// The rule for a person: `expect[0] nulls`.
  public let rule: String
  /// The fields that it looks at, as the definition names them; empty for a rule on the number of records.
  public let fields: [String]
  /// The reaction to a breach in a load: `warn`, `partial` or `fail`.
  public let onBreach: String
  /// The number of values, or of records, that were looked at; nil for a rule on all records together.
  public let checked: Int?
  /// Those of them that are not as they should be.
  public let failed: Int?
  /// The measured value and the limit that it does not meet; nil if it meets it.
  public let breach: String?
  /// The reason why the rule says nothing; nil if it does.
  public let remark: String?
}

/// Records under all rules of a dataset, for a report that changes nothing.
public struct QualityTrial {
  private var trial: ExpectationTrial

  /// - Parameter readAt: the time at which the source was read; nil for records of any age.
  init(_ expectations: [Expectation], readAt: Date?) {
    trial = ExpectationTrial(expectations)
    trial.begin(readAt: readAt)
  }

  /// Takes a record; nil for an element of a document that is no object.
  public mutating func add(_ record: JSONObject?) { trial.add(record) }

  mutating func addRejected(_ count: Int) { trial.facts.found += count }

  public var results: [RuleResult] { trial.results }
}

extension ExpectationTrial {
  var results: [RuleResult] {
    all.map { expectation in
      let isCompared = expectation.rule.earlierLoads > 0
      return RuleResult(
        rule: expectation.label, fields: expectation.rule.fields.map(\.description),
        onBreach: expectation.reaction.rawValue, checked: expectation.rule.tally?.checked,
        failed: expectation.rule.tally?.failed, breach: isCompared ? nil : expectation.unlabelledBreach(of: facts),
        remark: isCompared
          ? "not applied: it compares with earlier loads, when a document is loaded"
          : expectation.unlabelledRemark(on: facts))
    }
  }
}

extension DocumentExpectations {
  /// Looks at a document again, with all its parts.
  /// - Throws: as `check`, but for a document that is not as expected.
  public func results(
    of document: PartedDocument, key: String, deadline: Deadline
  ) throws(PipelineError) -> [RuleResult] {
    var trial: QualityTrial?
    for index in 0..<document.count {
      let part = try ExpectedPart(document.part(index, deadline: deadline), key: key)
      var current = trial ?? QualityTrial(expectations, readAt: part.readAt)
      current.addRejected(part.rejected)
      for record in part.records { current.add(record) }
      trial = current
    }
    return trial?.results ?? []
  }

  /// Begins a report on rows of a table, which are no whole document: rules on the number of records, on their age, on
  /// other fields and on records that do not become rows of it are left out.
  /// - Parameters:
  ///   - fields: the names of the rows' fields.
  ///   - sink: the section of the definition that fills the table.
  public func trial(of fields: Set<String>, filledBy sink: Section) -> QualityTrial {
    let taken = RecordFilter(sink)
    return QualityTrial(expectations.compactMap { $0.forRows(of: fields, takenBy: taken) }, readAt: nil)
  }
}
