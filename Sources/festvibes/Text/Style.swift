/// A text style on a terminal with colours.
enum Style: String, CaseIterable {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"

  private static let end = "\u{1B}[0m"
  private var start: String { "\u{1B}[\(rawValue)m" }

  /// Returns the text in this style (ECMA-48, SGR), or unchanged without colours.
  func apply(_ text: String, colors: Bool) -> String {
    colors && !text.isEmpty ? "\(start)\(text)\(Self.end)" : text
  }

  /// The sequences that `apply` writes.
  static let sequences = (allCases.map(\.start) + [end]).map(\.unicodeScalars)
}
