import YAML

extension FormChecker {
  /// Returns the node of a secret, in which a name alone is `${NAME}`; nil for a text that names no variable, or has the
  /// secret itself as a default.
  static func secret(_ node: YAMLNode) -> YAMLNode? {
    guard case .scalar(let text, let isPlain) = node.content else { return node }
    if Substitution.isName(text[...]) { return YAMLNode(.scalar("${\(text)}", isPlain: isPlain), at: node.place) }
    let variables = Substitution.parse(text).variables
    return variables.isEmpty || variables.contains { $0.standard?.isEmpty == false } ? nil : node
  }

  /// True for a text with a `${NAME}` in it.
  static func hasVariables(_ node: YAMLNode) -> Bool {
    guard case .scalar(let text, _) = node.content else { return false }
    return !Substitution.parse(text).variables.isEmpty
  }
}
