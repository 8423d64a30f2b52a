import JSON

/// The marks of numbers that were handed over as texts.
enum JQMarks {
  /// A marked number alone is a number again; in a text its marks go, and with them the quotation marks that `tojson` has
  /// put around it.
  static func restored(_ text: String) -> JSONValue {
    guard text.utf8.contains(0xEF) else { return .string(text) }
    let scalars = text.unicodeScalars
    if scalars.count > 2, scalars.first == JQPrelude.mark, scalars.last == JQPrelude.endMark,
      let number = JSONNumber(String(scalars.dropFirst().dropLast()))
    {
      return .number(number)
    }
    return .string(removed(from: text))
  }

  static func removed(from text: String) -> String {
    guard text.utf8.contains(0xEF) else { return text }
    var result = String.UnicodeScalarView()
    var isAfterQuotedMark = false
    var skipsQuote = false
    for scalar in text.unicodeScalars {
      if skipsQuote {
        skipsQuote = false
        if scalar == "\"" { continue }
        // The quotation mark before the number was no pair's.
      }
      switch scalar {
      case JQPrelude.mark:
        isAfterQuotedMark = result.last == "\""
        if isAfterQuotedMark { result.removeLast() }
      case JQPrelude.endMark:
        skipsQuote = isAfterQuotedMark
        isAfterQuotedMark = false
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
