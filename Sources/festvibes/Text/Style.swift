/// A text style on a terminal with colours.
enum Style: String {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"

  /// Returns the text in this style (ECMA-48, SGR), or unchanged without colours.
  func apply(_ text: String, colors: Bool) -> String {
    colors && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}
