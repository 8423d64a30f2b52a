/// The targets and variables of a Makefile, found in its text.
struct Makefile: Sendable {
  private(set) var targets: Set<String> = []
  /// The variables that it reads, `$(NAME)`, `${NAME}`, or by a recipe's shell as `$$NAME`, and that it defines.
  private(set) var variables: Set<String> = []

  init(_ text: String) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !line.hasPrefix("#") {
      for match in line.matches(of: /\$\$?[({]?([A-Z][A-Z0-9_]*)/) { variables.insert(String(match.1)) }
      if let match = line.prefixMatch(of: /([A-Z][A-Z0-9_]*) *[?:+]?=/) { variables.insert(String(match.1)) }
      guard !line.hasPrefix("\t"), !line.hasPrefix("."), let match = line.prefixMatch(of: /([A-Za-z0-9_. \/-]+):(?!=)/)
      else {
        continue
      }
      targets.formUnion(match.1.split(separator: " ").map(String.init))
    }
  }
}
