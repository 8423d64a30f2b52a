import Contracts
import FoundationEssentials
import JSON
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

  /// - Parameters:
  ///   - readAt: the time at which the source was read; nil for records of any age.
  ///   - fields: the names of the fields of rows that are no whole document: rules on the number of records, on their
  ///     age and on other fields are left out. Nil for a document.
  init(_ expectations: [Expectation], readAt: Date?, fields: Set<String>?) {
    let applied = expectations.filter { expectation in
      guard let fields else { return true }
      let own = expectation.rule.fields.map(\.description)
      return expectation.rule.tally != nil && !own.isEmpty && fields.isSuperset(of: own)
    }
    trial = ExpectationTrial(applied)
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
        failed: expectation.rule.tally?.failed, breach: isCompared ? nil : expectation.rule.breach(of: facts),
        remark: isCompared
          ? "not applied: it compares with earlier loads, when a document is loaded"
          : expectation.rule.remark(on: facts))
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
      var current = trial ?? QualityTrial(expectations, readAt: part.readAt, fields: nil)
      current.addRejected(part.rejected)
      for record in part.records { current.add(record) }
      trial = current
    }
    return trial?.results ?? []
  }

  /// Begins a report on rows of a table.
  /// - Parameter fields: the names of the rows' fields.
  public func trial(of fields: Set<String>) -> QualityTrial {
    QualityTrial(expectations, readAt: nil, fields: fields)
  }
}
