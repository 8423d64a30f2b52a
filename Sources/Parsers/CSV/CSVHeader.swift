import Text

/// The names of a file's columns.
struct CSVHeader: Equatable {
  /// Names that a record has beside its columns: the physical line, and the place in the archive.
  static let reserved = [CSVParser.sourceRow, "_record"]

  /// The cells of the header, or the names that the definition gives.
  let names: [String]

  /// The names after the rule that the source of the sample data had: without white space at the ends, in lower case, with
  /// `_` for each space.
  var normalized: [String] { names.map(Self.normalized) }

  static func normalized(_ name: String) -> String {
    let scalars = name.unicodeScalars.trimming(while: isSpace)
    return String(String.UnicodeScalarView(scalars)).lowercased().replacing(" ", with: "_")
  }

  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || 0x1C...0x1F ~= scalar.value
  }

  /// Returns the names of a record's fields. An empty name becomes `column_3`, by its place; a name that is there before
  /// gets `_2`, `_3` and so on.
  static func fields(_ names: [String]) -> [String] {
    var used = Set(reserved)
    /// The number that each repeated name had last.
    var counts: [String: Int] = [:]
    return names.enumerated().map { index, name in
      let base = name.isEmpty ? "column_\(index + 1)" : name
      var field = base
      while !used.insert(field).inserted {
        let count = counts[base, default: 1] + 1
        counts[base] = count
        field = "\(base)_\(count)"
      }
      return field
    }
  }

  /// Returns the names of columns without a header: `column_1`, `column_2` …
  static func numbered(_ count: Int) -> [String] { (0..<count).map { "column_\($0 + 1)" } }
}
