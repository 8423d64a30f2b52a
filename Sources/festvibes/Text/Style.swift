/// How a piece of text is set off on a terminal that knows colours.
enum Style: String {
  case bold = "1"
  case dim = "2"
  case red = "31"
  case green = "32"
  case yellow = "33"

  /// The text in this style (ECMA-48, SGR), or as it is where there are no colours.
  func apply(_ text: String, colors: Bool) -> String {
    colors && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}
