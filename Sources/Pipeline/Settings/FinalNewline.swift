import Text

/// The line ends at the end of a setting's value. No setting needs them, and a password with one is refused.
public enum FinalNewline {
  /// Returns the value without line ends at its end; nil if nothing is left. Warns if there were any.
  /// - Parameters:
  ///   - name: the variable, or another name of the value, for the warning.
  ///   - warn: takes the warning, which does not show the value.
  static func removed(from value: String, of name: String, _ warn: (String) -> Void) -> String? {
    // A CRLF is one character.
    let kept = value.dropLast(value.reversed().prefix { $0 == "\n" || $0 == "\r" || $0 == "\r\n" }.count)
    if kept.endIndex != value.endIndex {
      warn("\(name) ends with a newline, which is not part of its value and is left out: remove it there")
    }
    return kept.isEmpty ? nil : String(kept)
  }

  /// Returns an environment whose settings, those of this project and of AWS, have no line ends at their end.
  public static func removed(from environment: [String: String], _ warn: (String) -> Void) -> [String: String] {
    let names = Set(EnvironmentVariable.all.map(\.name))
    return environment.sorted { $0.key < $1.key }.reduce(into: environment) { cleaned, variable in
      let isSecretARN = variable.key.hasSuffix("_SECRET_ARN")
      guard names.contains(variable.key) || isSecretARN || variable.key.hasPrefix("AWS_") else { return }
      cleaned[variable.key] = removed(from: variable.value, of: variable.key, warn)
    }
  }
}
