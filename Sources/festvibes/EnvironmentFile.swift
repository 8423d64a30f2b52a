import Foundation

/// A `.env` file: a line `NAME=value` for each variable, as `.env.example` shows. Values may stand in single or double
/// quotes; empty lines and lines that begin with `#` are ignored, and so is a leading `export`. An empty value sets
/// nothing, and of two values of a name the first counts. `make` reads the file with `statemachine/local/dotenv`, by the
/// same rules.
enum EnvironmentFile {
  /// Reads `.env` in the current folder. A missing file sets nothing.
  static func read(_ path: String = ".env") -> [String: String] {
    guard let data = FileManager.default.contents(atPath: path) else { return [:] }
    return parse(String(decoding: data, as: UTF8.self))
  }

  static func parse(_ text: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in text.split(whereSeparator: \.isNewline) {
      var line = line.trimmingCharacters(in: .whitespaces)
      if line.hasPrefix("export"), line.dropFirst("export".count).first?.isWhitespace == true {
        line = line.dropFirst("export".count).trimmingCharacters(in: .whitespaces)
      }
      guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { continue }
      let name = line[..<sign].trimmingCharacters(in: .whitespaces)
      guard let first = name.first, !first.isNumber,
        name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
      else { continue }
      let value = unquoted(line[line.index(after: sign)...].trimmingCharacters(in: .whitespaces))
      if values[name] == nil, !value.isEmpty { values[name] = value }
    }
    return values
  }

  private static func unquoted(_ value: String) -> String {
    for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
      return String(value.dropFirst().dropLast())
    }
    return value
  }
}
