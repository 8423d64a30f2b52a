import Contracts
import YAML

extension FormChecker {
  mutating func scalar(_ node: YAMLNode, _ form: Form, at key: String, isSecret: Bool = false) -> String? {
    guard case .scalar(let written, _) = node.content else {
      report(node.place, key, "it must be \(form.allowed), not a list or a mapping")
      return nil
    }
    let (found, template) = Substitution.parse(written)
    for variable in found { note(variable.name, standard: variable.standard, at: node.place, key, isSecret) }
    guard let filled = filled(template, at: node.place, key, isSecret) else {
      return allowsMissingVariables ? written : nil
    }
    let text = form.spelled(filled)
    guard form.accepts(text) else {
      // A value from the environment may be a secret, and so may one that a person wrote where a secret belongs.
      if found.isEmpty, !isSecret, let problem = form.problem(of: text) {
        report(node.place, key, problem)
        return nil
      }
      let shown =
        if !found.isEmpty {
          "the value of \(found.map(\.name).joined(separator: ", ")) does not fit: "
        } else {
          isSecret ? "its value does not fit: " : "it is '\(text.prefix(60))': "
        }
      report(node.place, key, "\(shown)it must be \(form.allowed)")
      return nil
    }
    return text
  }

  private mutating func note(
    _ name: String, standard: String?, at place: YAMLPlace, _ key: String, _ isSecret: Bool
  ) {
    if !isSecret { openUses.append((name, place, key)) }
    if let known = variables.firstIndex(where: { $0.name == name }) {
      // A secret remains one, wherever else it is named.
      if isSecret, !variables[known].isSecret {
        variables[known] = DefinitionVariable(name, standard: variables[known].standard, key: key, isSecret: true)
      }
      return
    }
    variables.append(DefinitionVariable(name, standard: standard, key: key, isSecret: isSecret))
  }

  /// Puts the values into a text. Each variable without one is a problem.
  /// - Returns: nil if a value is missing.
  private mutating func filled(
    _ template: Substitution, at place: YAMLPlace, _ key: String, _ isSecret: Bool
  ) -> String? {
    var text = ""
    var missing: [String] = []
    var isWhole = true
    for part in template.parts {
      switch part {
      case .text(let plain): text += plain
      case .variable(let name, let standard):
        do throws(PipelineError) {
          if let value = try variable(name, isSecret), !value.isEmpty {
            text += value
          } else if let standard {
            text += standard
          } else {
            missing.append(name)
          }
        } catch {
          if !allowsMissingVariables { report(place, key, error.message) }
          isWhole = false
        }
      }
    }
    if !missing.isEmpty, !allowsMissingVariables {
      let names = missing.joined(separator: ", ")
      // A default of a secret would be a secret in a file.
      let other = isSecret ? "name a secret of Secrets Manager as NAME_SECRET_ARN" : "give a default as ${NAME:-…}"
      report(
        place, key,
        "the variable \(names) has no value: set it, for the local stack before `make up`, or \(other)")
    }
    return missing.isEmpty && isWhole ? text : nil
  }

  /// A secret stays out of messages and archives only if nothing but `auth` holds it.
  mutating func checkSecrets() {
    for use in openUses {
      guard let secret = variables.first(where: { $0.name == use.name && $0.isSecret }) else { continue }
      report(use.place, use.key, "\(use.name) is a secret, of \(secret.key): no other key may name it")
    }
  }
}

extension Form {
  /// The allowed texts of a scalar, for a person.
  var allowed: String {
    switch self {
    case .text(let rule): rule?.allowed ?? "a text"
    case .integer(let range):
      range.upperBound == .max
        ? "an integer from \(range.lowerBound)" : "an integer from \(range.lowerBound) to \(range.upperBound)"
    case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
    case .flag: "true or false"
    case .choice(let words): "one of \(words.joined(separator: ", "))"
    case .list(let form): "a list, each \(form.allowed)"
    case .section, .map, .plugin: "a mapping"
    case .any: "any value"
    }
  }

  /// The problem of a text; nil if `allowed` says all there is.
  func problem(of text: String) -> String? {
    if case .text(let rule) = self { rule?.problem?(text) } else { nil }
  }

  /// The text as programs read it: YAML has three spellings of each flag.
  func spelled(_ text: String) -> String {
    guard case .flag = self, ["True", "TRUE", "False", "FALSE"].contains(text) else { return text }
    return text.lowercased()
  }

  func accepts(_ text: String) -> Bool {
    switch self {
    case .text(let rule): rule?.isSatisfied(text) ?? true
    // Only one spelling: 010 is eight for some readers of YAML, and ten for others.
    case .integer(let range): Int(text).map { range.contains($0) && "\($0)" == text } ?? false
    // Double reads hexadecimal digits, too.
    case .number(let range):
      Double(text).map { range.contains($0) && text.utf8.allSatisfy("0123456789.-e".utf8.contains) } ?? false
    case .flag: text == "true" || text == "false"
    case .choice(let words): words.contains(text)
    default: false
    }
  }
}
