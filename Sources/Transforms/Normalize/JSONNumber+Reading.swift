import JSON
import Text

extension JSONNumber {
  /// Reads a text that is a number: `12.50`, ` 7 `, `+1`, `.5`, `5.`, `007`, `1e3`. What JSON's grammar does not have is
  /// respelled; no digit is lost.
  /// - Returns: nil for any other text, such as `1,5`, `NaN` or `12 €`.
  init?(reading text: String) {
    var rest = text.trimmed[...]
    var sign = ""
    if rest.first == "-" || rest.first == "+" {
      sign = rest.removeFirst() == "-" ? "-" : ""
    }
    let whole = rest.prefix { $0.isDigit }
    rest = rest.dropFirst(whole.count)
    var fraction: Substring = ""
    if rest.first == "." {
      fraction = rest.dropFirst().prefix { $0.isDigit }
      rest = rest.dropFirst(1 + fraction.count)
    }
    guard !whole.isEmpty || !fraction.isEmpty else { return nil }
    let significant = whole.drop { $0 == "0" }
    self.init(
      "\(sign)\(significant.isEmpty ? "0" : significant)\(fraction.isEmpty ? "" : ".\(fraction)")\(rest)")
  }

  /// Reads a text with a decimal comma: `1.234,5`, `1 234,50`, `-0,5`, `1234`. Points and spaces divide groups of three
  /// digits; a point that does not is an error, because `1.5` is a number in another country's spelling.
  init?(readingDecimalComma text: String) {
    let spaceless = String(text.trimmed.unicodeScalars.map { $0.isWhite ? "." : Character($0) })
    let parts = spaceless.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
    let isSigned = parts[0].first == "-" || parts[0].first == "+"
    let groups = parts[0].dropFirst(isSigned ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
    guard groups.allSatisfy({ $0.allSatisfy(\.isDigit) }),
      groups.count == 1 || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy({ $0.count == 3 }),
      parts.count == 1 || parts[1].allSatisfy(\.isDigit)
    else { return nil }
    let sign = isSigned ? String(parts[0].prefix(1)) : ""
    self.init(reading: sign + groups.joined() + (parts.count == 2 ? ".\(parts[1])" : ""))
  }
}

extension Character {
  fileprivate var isDigit: Bool { utf8.count == 1 && utf8.first.map(\.isASCIIDigit) == true }
}
