import FoundationEssentials

/// Paths in `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`. botocore expands them like a shell, because they are often
/// set where no shell does, as in a `.env` file or a service's unit.
enum ProfilePath {
  /// Replaces `$NAME` and `${NAME}` by variables that are set, and then `~` or `~user` at the start by a home folder
  /// (Python's `os.path.expandvars` and `expanduser`).
  static func expanded(_ path: String, _ environment: [String: String]) -> String {
    let path = withVariables(path, environment)
    guard path.hasPrefix("~") else { return path }
    let user = path.dropFirst().prefix { $0 != "/" }
    let home: String?
    if user.isEmpty {
      home = environment.nonEmpty("HOME") ?? FileManager.default.homeDirectoryForCurrentUser.path
    } else {
      home = FileManager.default.homeDirectory(forUser: String(user))?.path
    }
    guard let home else { return path }
    let rest = path[user.endIndex...]
    return home.hasSuffix("/") && rest.hasPrefix("/") ? String(home.dropLast()) + rest : home + rest
  }

  private static func withVariables(_ path: String, _ environment: [String: String]) -> String {
    var parts = path.split(separator: "$", omittingEmptySubsequences: false)[...]
    var expanded = String(parts.popFirst() ?? "")
    for part in parts {
      let isBraced = part.hasPrefix("{") && part.contains("}")
      let name =
        isBraced
        ? part.dropFirst().prefix { $0 != "}" }
        : part.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
      let after = isBraced ? part[name.endIndex...].dropFirst() : part[name.endIndex...]
      expanded += environment[String(name)].map { $0 + after } ?? "$\(part)"
    }
    return expanded
  }
}
