import Contracts
import Datasets
import Definitions
import Extraction
import Foundation
import Loading
import Publishing
import Settings

/// The result of checking one definition.
struct DefinitionCheck {
  /// A variable of the definition, without its value.
  struct Variable: Equatable {
    enum State: Equatable {
      /// By the name of the variable that is set: `NAME`, or `NAME_SECRET_ARN`, which is not read.
      case set(by: String)
      case standard(String)
      case missing
    }

    let name: String
    /// The key that names it.
    let key: String
    let isSecret: Bool
    let state: State
  }

  let file: String
  /// Nil if there is a problem.
  let dataset: Dataset?
  /// The problems, which are `file:line:column: key: text`, and the warnings.
  let problems: [DefinitionProblem]
  /// Problems that a plugin has with sections that are right by themselves.
  let others: [String]
  /// Warnings about sections that are right by themselves and do not fit each other.
  let warnings: [String]
  let variables: [Variable]
  /// The plan, and each profile.
  let plans: [PlanSummary]
  /// The objects and events that start runs.
  let triggers: [DatasetTrigger]
  /// The sinks and publishers that are left out, and why.
  let leftOut: [String]
  /// The parts that need a database.
  let databaseNeeds: [String]

  var isValid: Bool { others.isEmpty && !problems.contains { !$0.isWarning } }

  /// - Parameters:
  ///   - read: the definition, for which variables may be missing.
  ///   - environment: the source of the variables.
  init(
    _ file: String, _ read: (definition: Definition?, problems: [DefinitionProblem]), environment: [String: String]
  ) {
    self.file = file
    dataset = read.definition?.dataset
    warnings =
      read.definition.map {
        UnfedColumns($0).warnings + LockWarnings($0).warnings + ExpectationWarnings($0).warnings
      } ?? []
    variables = (read.definition?.variables ?? []).map { Variable($0, environment: environment) }
    plans = read.definition.map(PlanSummary.all) ?? []
    triggers = read.definition?.triggers ?? []
    leftOut = read.definition.map { Self.leftOut(of: $0, in: environment) } ?? []
    databaseNeeds = read.definition?.databaseNeeds ?? []
    // A stage whose keys have no values yet cannot be made.
    let stages = ["parse", "normalize", "transform"]
    let isOpen = variables.contains { variable in
      variable.state == .missing && stages.contains { variable.key.hasPrefix($0) }
    }
    guard let definition = read.definition, !isOpen else {
      problems = read.problems
      others = []
      return
    }
    let known = read.problems + UnknownFields(definition).problems
    do {
      problems = known + (try ExtractionRegistry.check(definition))
      others = []
    } catch {
      problems = known
      others = [error.message]
    }
  }

  /// Returns the sinks and publishers that a definition or an environment leaves out, and why.
  static func leftOut(of definition: Definition, in environment: [String: String]) -> [String] {
    LoadingRegistry.leftOut(of: definition) + PublishingRegistry.leftOut(of: definition, in: environment)
  }

  /// One line for the definition, one for each problem, one for the plan and each profile, one for each trigger, one
  /// for each sink or publisher that is left out, one for each variable.
  func lines(colors: Bool) -> [String] {
    var lines = problems.map(\.description) + others + warnings
    let name = dataset.map { "\($0.id): " } ?? ""
    lines.append(
      isValid
        ? Style.green.apply("✓ \(name)\(file)", colors: colors) : Style.red.apply("✗ \(name)\(file)", colors: colors))
    lines += plans.map { "  \($0.line)" } + triggers.map { "  started by \($0)" }
    return lines + leftOut.map { "  \($0)" } + variables.map { "  \($0)" }
  }

  /// The same for programs.
  var fields: [String: Any] {
    [
      "id": RunObject.nullable(dataset?.id), "file": file, "ok": isValid,
      "problems": problems.map { problem in
        [
          "line": problem.place.line, "column": problem.place.column, "key": problem.key, "text": problem.text,
          "warning": problem.isWarning,
        ] as [String: Any]
      } + others.map { ["text": $0, "warning": false] } + warnings.map { ["text": $0, "warning": true] },
      "plans": plans.map(\.fields), "triggers": triggers.map(\.description),
      "left_out": leftOut, "database_needs": databaseNeeds,
      "variables": variables.map { variable in
        var fields: [String: Any] = ["name": variable.name, "key": variable.key, "secret": variable.isSecret]
        switch variable.state {
        case .set(let name): fields.merge(["state": "set", "by": name]) { $1 }
        case .standard(let value): fields.merge(["state": "default", "default": value]) { $1 }
        case .missing: fields["state"] = "missing"
        }
        return fields
      },
    ]
  }
}

extension DefinitionCheck.Variable: CustomStringConvertible {
  init(_ variable: DefinitionVariable, environment: [String: String]) {
    name = variable.name
    key = variable.key
    isSecret = variable.isSecret
    let value = try? Configuration(environment: environment).variable(variable.name, isSecret: false)
    let secret = "\(variable.name)_SECRET_ARN"
    if value != nil {
      state = .set(by: variable.name)
    } else if variable.isSecret, !environment[secret, default: ""].isEmpty {
      state = .set(by: secret)
    } else if let standard = variable.standard {
      state = .standard(standard)
    } else {
      state = .missing
    }
  }

  var description: String {
    let value =
      switch state {
      case .set(let by): by == name ? "set" : "set by \(by)"
      case .standard(let value): "not set, default '\(value)'"
      case .missing: "not set, no default"
      }
    return "\(name): \(value)\(isSecret ? ", secret" : ""), for \(key)"
  }
}
