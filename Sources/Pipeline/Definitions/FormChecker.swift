import Contracts
import YAML

/// Checks the nodes of one file against forms, and turns them into sections. All problems are collected.
struct FormChecker {
  let file: String
  /// Returns the value of `${NAME}`; nil if it has none.
  let variable: (_ name: String, _ isSecret: Bool) throws(PipelineError) -> String?
  /// True if a variable without a value and without a default is no problem: the definition is only looked at.
  let allowsMissingVariables: Bool
  private(set) var problems: [DefinitionProblem] = []
  /// The longest name of a key in a message, in bytes.
  private static let longestKey = 400
  /// The variables that the definition names.
  var variables: [DefinitionVariable] = []
  /// Returns the name that a key has in the file.
  var writtenName: (String) -> String = { $0 }
  /// The place of each value of a known key, by the names that lead to it.
  private(set) var places: [String: YAMLPlace] = [:]
  /// The places at which variables are named by keys that may not name a secret.
  var openUses: [(name: String, place: YAMLPlace, key: String)] = []

  init(
    file: String, allowsMissingVariables: Bool = false,
    variable: @escaping (_ name: String, _ isSecret: Bool) throws(PipelineError) -> String?
  ) {
    self.file = file
    self.allowsMissingVariables = allowsMissingVariables
    self.variable = variable
  }

  mutating func report(_ place: YAMLPlace, _ key: String, _ text: String, isWarning: Bool = false) {
    let key = writtenName(key)
    // A key of a megabyte would make the message of an error too large for AWS.
    let shown = key.utf8.count > Self.longestKey ? "\(key.prefix(Self.longestKey / 4))…" : key
    problems.append(DefinitionProblem(file: file, place: place, key: shown, text, isWarning: isWarning))
  }

  /// - Returns: nil if the value is not of the form, or if a variable has no value.
  mutating func value(_ node: YAMLNode, _ form: Form, at key: String, isSecret: Bool = false) -> Section.Value? {
    switch form {
    case .any: return .scalar("")
    case .list(let element):
      guard case .sequence(let nodes) = node.content else {
        return value(node, element, at: key, isSecret: isSecret).map { .list([$0]) }
      }
      let values = nodes.enumerated().map { value($1, element, at: "\(key)[\($0)]", isSecret: isSecret) }
      return values.contains { $0 == nil } ? nil : .list(values.compactMap { $0 })
    case .section(let form): return section(node, form, at: key, isSecret: isSecret).map { .section($0) }
    case .map(let form):
      guard let members = mapping(node, at: key) else { return nil }
      let values = members.map { ($0.name, value($0.value, form, at: "\(key).\($0.name)", isSecret: isSecret)) }
      guard !values.contains(where: { $0.1 == nil }) else { return nil }
      return .section(
        Section(
          values: values.compactMap { name, value in value.map { (name, $0) } },
          place: "\(file):\(node.place.line): \(key)"))
    case .plugin(let plugins, let name, let isPart):
      return plugin(node, plugins, by: name, isPart: isPart, at: key)
    case .text, .integer, .number, .flag, .choice:
      return scalar(node, form, at: key, isSecret: isSecret).map { .scalar($0) }
    }
  }

  mutating func section(
    _ node: YAMLNode, _ form: SectionForm, plugin: String? = nil, by pluginKey: String = "plugin",
    isPart: Bool = false, at key: String, isSecret: Bool = false
  ) -> Section? {
    guard let members = self.members(node, form, at: key) else { return nil }
    let before = problems.count { !$0.isWarning }
    var values: [(key: String, value: Section.Value)] = []
    var isWhole = true
    for member in members where !(plugin != nil && member.name == pluginKey) {
      let path = key.isEmpty ? member.name : "\(key).\(member.name)"
      guard let known = form.keys.first(where: { $0.name == member.name }) else {
        if !isPart { report(member.place, path, Self.unknown(of: form)) }
        continue
      }
      places[path] = member.value.place
      if let reason = known.ignored {
        report(member.place, path, reason, isWarning: true)
        continue
      }
      if let reason = known.refused, !member.value.isNull {
        report(member.place, path, reason)
        continue
      }
      // A key without a value is as good as a missing one.
      if member.value.isNull {
        if known.isRequired { report(member.place, path, "it is missing: \(known.summary)") }
        continue
      }
      guard let node = known.isSecret ? Self.secret(member.value) : member.value else {
        report(
          member.value.place, path,
          "it must name the variable with the secret, as NAME or ${NAME}: a secret does not belong in a file")
        isWhole = false
        continue
      }
      let isSecret = isSecret || known.isSecret || known.mayBeSecret && Self.hasVariables(node)
      if let value = value(node, known.form, at: path, isSecret: isSecret) {
        values.append((member.name, value))
      } else {
        isWhole = false
      }
    }
    for missing in form.keys where missing.isRequired && !members.contains(where: { $0.name == missing.name }) {
      report(node.place, key.isEmpty ? missing.name : "\(key).\(missing.name)", "it is missing: \(missing.summary)")
    }
    let section = Section(plugin: plugin, values: values, place: "\(file):\(node.place.line): \(key)")
    guard problems.count(where: { !$0.isWarning }) == before else { return nil }
    guard isWhole else { return nil }
    let found = [form.rule?(section)].compactMap(\.self) + (form.rules?(section) ?? [])
    for (name, problem) in found {
      let place = Self.place(of: name.split(separator: ".")[...], in: node) ?? node.place
      report(place, key.isEmpty ? name : "\(key).\(name)", problem)
    }
    return found.isEmpty ? section : nil
  }

  private mutating func plugin(
    _ node: YAMLNode, _ plugins: [PluginForm], by pluginKey: String, isPart: Bool, at key: String
  ) -> Section.Value? {
    guard let members = mapping(node, at: key) else { return nil }
    let names = plugins.map(\.name)
    if let written = node.text(pluginKey), written.contains("${") {
      // Programs that know only a part of the plugins, and what grants rights, read the name as it is written.
      report(
        node.place, "\(key).\(pluginKey)",
        "a plugin is named itself, not by a variable: it must be one of \(names.joined(separator: ", "))")
      return nil
    }
    if isPart, let other = node.text(pluginKey), !names.contains(other) { return .section(Section(plugin: other)) }
    guard let chosen = members.first(where: { $0.name == pluginKey }) else {
      report(node.place, "\(key).\(pluginKey)", "it is missing: it must be one of \(names.joined(separator: ", "))")
      return nil
    }
    guard let name = scalar(chosen.value, .choice(names), at: "\(key).\(pluginKey)"),
      let form = plugins.first(where: { $0.name == name })
    else { return nil }
    return section(node, form.section, plugin: name, by: pluginKey, isPart: isPart, at: key).map { .section($0) }
  }

  /// Returns the members of a section; of a scalar that stands for one key, that key.
  private mutating func members(_ node: YAMLNode, _ form: SectionForm, at key: String) -> [YAMLNode.Member]? {
    guard let shorthand = form.shorthand, case .scalar = node.content else { return mapping(node, at: key) }
    return [YAMLNode.Member(name: shorthand, place: node.place, value: node)]
  }

  /// Returns the place of the last key on a path that the file has; nil if it has not even the first.
  private static func place(of path: ArraySlice<Substring>, in node: YAMLNode) -> YAMLPlace? {
    guard let name = path.first, case .mapping(let members) = node.content,
      let member = members.first(where: { $0.name == name })
    else { return nil }
    return place(of: path.dropFirst(), in: member.value) ?? member.place
  }

  private mutating func mapping(_ node: YAMLNode, at key: String) -> [YAMLNode.Member]? {
    if case .mapping(let members) = node.content { return members }
    report(node.place, key, "it must be a mapping, with a key and a value on each line")
    return nil
  }

  mutating func checkID(of node: YAMLNode, is id: String) {
    guard case .mapping(let members) = node.content, let member = members.first(where: { $0.name == "dataset_id" }),
      case .scalar(let found, _) = member.value.content, found != id,
      !problems.contains(where: { $0.key == "dataset_id" })
    else { return }
    report(member.value.place, "dataset_id", "it must be '\(id)', the name of its folder")
  }

  static func unknown(of form: SectionForm) -> String {
    let names = form.keys.filter(\.isSupported).map(\.name)
    return names.isEmpty
      ? "it is not known: there are no keys here"
      : "it is not known: the keys here are \(names.joined(separator: ", "))"
  }
}

extension YAMLNode {
  /// True if there is a value where the names lead, through mappings.
  func has(_ names: String...) -> Bool { value(names).map { !$0.isNull } ?? false }

  /// The text where the names lead, as it is written; nil if there is none.
  func text(_ names: String...) -> String? {
    if case .scalar(let text, _)? = value(names)?.content { text } else { nil }
  }

  /// The node where the names lead, through mappings; nil if there is none.
  func value(_ names: [String]) -> YAMLNode? {
    var node = self
    for name in names {
      guard case .mapping(let members) = node.content, let member = members.first(where: { $0.name == name }) else {
        return nil
      }
      node = member.value
    }
    return node
  }

  /// True for a value that stands for none.
  var isNull: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return text.isEmpty || text == "null" || text == "~"
  }
}
