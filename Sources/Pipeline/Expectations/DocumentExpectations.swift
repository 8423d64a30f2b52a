import Contracts
import Definitions
import FoundationEssentials
import JSON
import Time

/// The expectations of a dataset: the section `expect` of its definition.
public final class DocumentExpectations: DocumentCheck {
  /// Returns the numbers of records that earlier loads of the target's item have found, the newest first.
  public typealias History = (
    _ target: LoadTarget, _ listedAt: Date?, _ count: Int, _ ignoresEmpty: Bool, Deadline
  ) throws(PipelineError) -> [Int]

  /// The kinds of rules, for reading definitions.
  public static let forms = Expectation.forms

  /// Returns the names of a definition's rules that compare with earlier loads, which the ledger has: `expect[0] rows_ratio`.
  public static func comparingLoads(_ definition: Definition) -> [String] {
    definition.expectations.enumerated().compactMap { index, section in
      Expectation.kind(of: section)?.comparesLoads == true ? Expectation.label(of: section, at: index) : nil
    }
  }

  private let dataset: Dataset
  let expectations: [Expectation]
  private let history: History

  /// - Returns: nil for a dataset without expectations.
  /// - Throws: `ConfigurationInvalid` if the rules of the dataset's zone cannot be read.
  public init?(_ definition: Definition, history: @escaping History) throws(PipelineError) {
    guard !definition.expectations.isEmpty else { return nil }
    dataset = definition.dataset
    self.history = history
    let times = DocumentTimes(zone: dataset.timeZone == "UTC" ? nil : try dataset.timeZoneRules())
    expectations = definition.expectations.enumerated().compactMap { index, section in
      Expectation(section, at: index, times: times)
    }
  }

  public func check(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> CheckResult {
    var trial = ExpectationTrial(expectations)
    trial.facts.isIncremental = dataset.state != nil
    if dataset.state != nil {
      trial.facts.checkpoint = try CheckpointSpan(of: document.head, key: target.key)?.after
    }
    for index in 0..<document.count {
      let part = try ExpectedPart(document.part(index, deadline: deadline), key: target.key)
      if index == 0 { trial.begin(readAt: part.readAt) }
      trial.facts.found += part.rejected
      for record in part.records { trial.add(record) }
    }
    let loads = expectations.map(\.rule.earlierLoads).max() ?? 0
    if loads > 0 {
      trial.facts.earlier = try history(target, trial.facts.readAt, loads, trial.facts.isIncremental, deadline)
    }
    return try result(trial, target)
  }

  private func result(_ trial: ExpectationTrial, _ target: LoadTarget) throws(PipelineError) -> CheckResult {
    var (result, failed, notices) = (CheckResult(), [Expectation](), [String]())
    var failures: [String] = []
    for (expectation, breach) in trial.breaches {
      // A person has said that the document is right.
      let isAllowed = target.allowsShrinkage && expectation.isOnRowCount
      switch isAllowed ? .warn : expectation.reaction {
      case .warn: result.warnings.append(breach)
      case .partial: notices.append(breach)
      case .fail:
        failed.append(expectation)
        failures.append(breach)
      }
    }
    guard failed.isEmpty else {
      let next =
        failed.allSatisfy(\.isOnRowCount)
        ? "If the document is right, a replay of \(target.item) with --allow-shrink loads it"
        : "See with `festvibes try \(dataset.id)` what the source sends. If that is right, correct the rule in the dataset's "
          + "definition; a replay of \(target.item) then loads the document"
      throw PipelineError(
        .sourceChanged,
        "the document of \(target.item) is not as expected: \(failures.joined(separator: "; ")). Nothing was changed. \(next)"
      )
    }
    if !notices.isEmpty {
      result.notice = "\(PipelineError.Name.sourceChanged.rawValue): \(notices.joined(separator: "; "))"
    }
    result.remarks = trial.remarks
    return result
  }

  /// Looks at records that are not in a document. Rules that need earlier loads are left out.
  /// - Parameters:
  ///   - rejected: the number of rows that were left out with a reason.
  ///   - isCut: true if there may be more records, so that their number says nothing.
  /// - Returns: a sentence for each rule that is not met, or is left out.
  public func problems(_ records: [JSONObject?], rejected: Int, readAt: Date?, isCut: Bool) -> [String] {
    var trial = ExpectationTrial(expectations)
    trial.begin(readAt: readAt)
    trial.facts.found = rejected
    for record in records { trial.add(record) }
    var problems: [String] = []
    for (expectation, breach) in trial.breaches where !isCut || !expectation.isOnRowCount {
      let consequence =
        switch expectation.reaction {
        case .warn: "a run would load the item, and note it"
        case .partial: "a run would load the item as incomplete"
        case .fail: "a run would refuse the item"
        }
      problems.append("\(breach): \(consequence)")
    }
    for expectation in expectations {
      if expectation.rule.earlierLoads > 0 {
        problems.append("\(expectation.label): not applied: it compares with earlier loads")
      } else if isCut, expectation.isOnRowCount {
        problems.append("\(expectation.label): not applied: there may be more records than the limit")
      }
    }
    return problems
  }
}
