/// A street's name in parts: the `frenchmen` and `st` of `532 Frenchmen Street, Suite 5`, the `n` of `N. Rampart St`.
struct StreetName: Equatable {
  /// Without spaces: `La Salle` is `LaSalle`.
  let name: String
  let suffix: String?
  let direction: String?

  /// - Parameter line: a house number, if there is one, and a street; a name before them and a unit after them are left out.
  /// - Returns: nil if it has no word but a number.
  init?(_ line: String) {
    var words = AddressWords.all(of: String(StreetLine(line).street))
    if let unit = words.dropFirst().firstIndex(where: Self.units.contains) { words.removeSubrange(unit...) }
    words = words.map { Self.synonyms[$0] ?? $0 }
    let first = words.count > 1 ? words.first.flatMap { Self.directions.contains($0) ? $0 : nil } : nil
    // In 'North St' the direction is the name.
    let isName = first != nil && words.count == 2 && Self.suffixes.contains(words[1])
    if first != nil, !isName { words.removeFirst() }
    let last = words.count > 1 ? words.last.flatMap { Self.directions.contains($0) ? $0 : nil } : nil
    if last != nil { words.removeLast() }
    suffix = words.count > 1 ? words.last.flatMap { Self.suffixes.contains($0) ? $0 : nil } : nil
    if suffix != nil { words.removeLast() }
    direction = (isName ? nil : first) ?? last
    name = words.joined()
    if name.isEmpty { return nil }
  }

  /// True for the same street, as far as both say: one may lack the kind of street, or the direction.
  func isSame(as other: StreetName) -> Bool {
    name == other.name && (suffix == nil || other.suffix == nil || suffix == other.suffix)
      && (direction == nil || other.direction == nil || direction == other.direction)
  }

  private static let directions: Set<String> = ["n", "s", "e", "w", "ne", "nw", "se", "sw"]
  private static let units: Set<String> = [
    "apartment", "apt", "building", "floor", "rear", "room", "ste", "suite", "unit",
  ]
  private static let suffixes = Set(kinds.map(\.short)).union(["loop", "row", "run", "walk", "way", "pike", "mall"])

  /// Words that are written in two ways, as the Postal Service shortens them (Publication 28).
  private static let synonyms = Dictionary(
    (kinds + others).flatMap { kind in kind.long.map { ($0, kind.short) } }, uniquingKeysWith: { first, _ in first })

  private static let kinds: [(short: String, long: [String])] = [
    ("aly", ["alley"]), ("arc", ["arcade"]), ("ave", ["avenue", "av"]), ("bnd", ["bend"]), ("blvd", ["boulevard"]),
    ("cir", ["circle"]), ("ct", ["court"]), ("cv", ["cove"]), ("cres", ["crescent"]), ("dr", ["drive"]),
    ("expy", ["expressway"]), ("hwy", ["highway"]), ("ln", ["lane"]), ("pkwy", ["parkway"]), ("psge", ["passage"]),
    ("pl", ["place"]), ("plz", ["plaza"]), ("pt", ["point"]), ("rd", ["road"]), ("sq", ["square"]), ("st", ["street"]),
    ("ter", ["terrace"]), ("trl", ["trail"]), ("xing", ["crossing"]),
  ]

  private static let others: [(short: String, long: [String])] = [
    ("n", ["north"]), ("s", ["south"]), ("e", ["east"]), ("w", ["west"]), ("ne", ["northeast"]), ("nw", ["northwest"]),
    ("se", ["southeast"]), ("sw", ["southwest"]), ("st", ["saint"]), ("ft", ["fort"]), ("mt", ["mount"]),
    ("dr", ["doctor"]), ("gen", ["general"]), ("jr", ["junior"]), ("1st", ["first"]), ("2nd", ["second"]),
    ("3rd", ["third"]), ("4th", ["fourth"]), ("5th", ["fifth"]), ("6th", ["sixth"]), ("7th", ["seventh"]),
    ("8th", ["eighth"]), ("9th", ["ninth"]), ("10th", ["tenth"]),
  ]
}

/// The house number and the street in a line that may have more, such as a name before them.
struct StreetLine {
  /// The digits of the house number: `532` of `532-34` and `532A`. Nil if there is none.
  let number: String?
  let street: Substring

  init(_ line: String) {
    let parts = line.split(separator: ",")
    let part = parts.first { Self.beginsWithNumber($0) } ?? parts.first ?? ""
    var words = part.split(separator: " ")
    guard Self.beginsWithNumber(part) else {
      number = nil
      street = Self.withoutUnit(part)
      return
    }
    number = String(words.removeFirst().prefix { $0.isASCIIDigit })
    // '532 1/2'
    if words.count > 1, words[0].contains("/") { words.removeFirst() }
    street = Self.withoutUnit(part[words[0].startIndex...])
  }

  /// True if a house number and something else are at the beginning. `20th St` has no number.
  static func beginsWithNumber(_ part: some StringProtocol) -> Bool {
    let words = part.split(separator: " ")
    guard words.count > 1, let first = words.first?.first, first.isASCIIDigit else { return false }
    let rest = words[0].drop { $0.isASCIIDigit }
    return rest.count <= 1 || rest.first?.isLetter == false
  }

  private static func withoutUnit(_ street: Substring) -> Substring { street.prefix { $0 != "#" } }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
