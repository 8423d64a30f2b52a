import Text

/// An address in the United States, in parts. A part that is unknown is nil, never empty.
public struct PostalAddress: Equatable, Sendable {
  /// The whole address in one line, as `532 Frenchmen St, New Orleans, LA 70116`.
  public let line: String
  /// House number and street.
  public let street: String?
  public let city: String?
  public let state: String?
  public let postalCode: String?

  /// - Parameters: parts that are blank count as unknown. Control characters, such as line ends, become spaces.
  public init(
    line: String, street: String? = nil, city: String? = nil, state: String? = nil, postalCode: String? = nil
  ) {
    self.line = Self.cleaned(line) ?? ""
    self.street = Self.cleaned(street)
    self.city = Self.cleaned(city)
    self.state = Self.cleaned(state)
    self.postalCode = Self.cleaned(postalCode)
  }

  /// Reads an address in one line whose parts are separated by commas: street, city, and state and ZIP code, which
  /// another comma may separate.
  public init(line: String) {
    var parts = line.split(separator: ",").compactMap { Self.cleaned(String($0)) }
    if let last = parts.last, ["US", "USA", "UNITED STATES"].contains(last.uppercased()) { parts.removeLast() }
    var (state, code): (String?, String?) = (nil, nil)
    if let last = parts.last {
      var words = last.split(separator: " ").map(String.init)
      if let zip = words.last, Self.isPostalCode(zip) {
        code = zip
        words.removeLast()
      }
      if words.isEmpty {
        parts.removeLast()
        words = code == nil ? [] : parts.last?.split(separator: " ").map(String.init) ?? []
      }
      if let known = USState(words.joined(separator: " ")) {
        state = known.code
        if !parts.isEmpty { parts.removeLast() }
      } else if code != nil, StreetLine.beginsWithNumber(words.joined(separator: " ")) {
        // '5 Mint Ct 70117', which is not in Connecticut.
        parts[parts.count - 1] = words.joined(separator: " ")
      } else if code != nil, words.count > 1, let known = USState(words[words.count - 1]) {
        // 'New Orleans LA 70116' without a comma.
        state = known.code
        parts[parts.count - 1] = words.dropLast().joined(separator: " ")
      }
    }
    // '5 Mint Ct, 70117' names no city.
    let hasCity = (state != nil || code != nil) && !(parts.last.map { StreetLine.beginsWithNumber($0) } ?? false)
    let city = hasCity ? parts.popLast() : nil
    // A venue's name may be before its street.
    let street = parts.first { StreetLine.beginsWithNumber($0) } ?? parts.first
    self.init(line: line, street: street, city: city, state: state, postalCode: code)
  }

  /// The digits of the house number: `532` of `532-34 Frenchmen St`; nil if there is none.
  var houseNumber: String? { street.flatMap { StreetLine($0).number } }

  /// The five digits of the ZIP code.
  var zip: String? {
    guard let code = postalCode?.prefix(5), code.utf8.count == 5, code.utf8.allSatisfy(\.isASCIIDigit) else {
      return nil
    }
    return String(code)
  }

  private static func isPostalCode(_ word: String) -> Bool {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    return parts.allSatisfy { $0.utf8.allSatisfy(\.isASCIIDigit) } && parts[0].utf8.count == 5
      && (parts.count == 1 || parts.count == 2 && parts[1].utf8.count == 4)
  }

  /// Returns a text without control characters, which neither a form nor a database takes, and in one line; nil if it
  /// has neither letters nor digits.
  static func cleaned(_ text: String?) -> String? {
    guard let text else { return nil }
    let words = text.unicodeScalars.split { $0.properties.isWhitespace || $0.properties.generalCategory == .control }
    let cleaned = words.map { String(String.UnicodeScalarView($0)) }.joined(separator: " ")
    return cleaned.unicodeScalars.contains { $0.properties.isAlphabetic || $0.properties.numericType != nil }
      ? cleaned : nil
  }
}
