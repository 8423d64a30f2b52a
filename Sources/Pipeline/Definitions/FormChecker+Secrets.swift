import YAML

extension FormChecker {
  /// Returns the node of a secret, in which a name alone is `${NAME}`; nil for a text that names no variable.
  static func secret(_ node: YAMLNode) -> YAMLNode? {
    guard case .scalar(let text, let isPlain) = node.content else { return node }
    if Substitution.isName(text[...]) { return YAMLNode(.scalar("${\(text)}", isPlain: isPlain), at: node.place) }
    return Substitution.parse(text).variables.isEmpty ? nil : node
  }
}
