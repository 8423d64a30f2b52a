/// An address in one form, for comparisons: what people and providers write differently is the same here.
struct NormalizedAddress {
  let number: String?
  let street: StreetName?
  let city: CityName?
  let state: USState?
  let zip: String?

  init(_ address: PostalAddress) {
    number = address.houseNumber
    street = address.street.flatMap { StreetName($0) }
    city = address.city.map { CityName($0) }
    state = address.state.flatMap { USState($0) }
    zip = address.zip
  }

  /// True if a part that both addresses have is another one.
  func contradicts(_ other: NormalizedAddress) -> Bool {
    func differ<Part>(_ part: Part?, _ other: Part?, _ same: (Part, Part) -> Bool) -> Bool {
      part.flatMap { part in other.map { !same(part, $0) } } ?? false
    }
    return differ(number, other.number, ==) || differ(street, other.street) { $0.isSame(as: $1) }
      || differ(city, other.city, ==) || differ(state, other.state, ==) || differ(zip, other.zip, ==)
  }
}

/// A city's name in one form.
struct CityName: Equatable {
  let text: String

  /// Names of parts of a city that are written as cities.
  private static let aliases = ["algiers": "new orleans", "nola": "new orleans"]
  private static let shortened = ["saint": "st", "sainte": "ste", "fort": "ft", "mount": "mt"]

  init(_ name: String) {
    let name = AddressWords.all(of: name).map { Self.shortened[$0] ?? $0 }.joined(separator: " ")
    text = Self.aliases[name] ?? name
  }
}

/// The words of an address, in lower case and without accents.
enum AddressWords {
  static func all(of text: String) -> [String] {
    let letters = text.lowercased().unicodeScalars.filter { !isJoining($0) }.map(plain)
    return letters.split { !($0.isLetter || $0.isNumber) }.map { String($0) }
  }

  /// True for what is within a word: apostrophes, and accents that are characters of their own.
  private static func isJoining(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "'" || scalar == "’" || scalar.properties.generalCategory == .nonspacingMark
  }

  /// Returns a letter without its accent, which its name in Unicode has: LATIN SMALL LETTER E WITH ACUTE.
  private static func plain(_ scalar: Unicode.Scalar) -> Character {
    guard !scalar.isASCII, let name = scalar.properties.name, name.hasPrefix("LATIN SMALL LETTER ") else {
      return Character(scalar)
    }
    let words = name.split(separator: " ")
    return words.count > 4 && words[4] == "WITH" && words[3].count == 1
      ? Character(words[3].lowercased()) : Character(scalar)
  }
}
