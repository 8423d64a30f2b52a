/// A house in a street, as a source writes it.
struct StreetAddress {
  private let number: String
  /// The words that tell the street from others.
  private let words: Set<String>
  /// Its kind, such as `avenue`, and its sides, such as `north`: sources leave them out.
  private let kind: String?
  private let sides: Set<String>

  /// - Returns: nil for a text without a number or a street.
  init?(_ written: String) {
    var rest = NameWords.of(written).filter { $0.part == 0 }.map(\.text)
    guard let first = rest.first, first.utf8.first.map({ (0x30...0x39).contains($0) }) == true else { return nil }
    rest.removeFirst()
    // A number and a letter are taken for initials: `6 S` is no `6s`.
    if first.utf8.count == 2, let letter = first.last, written.split(separator: " ").first?.utf8.count == 1 {
      number = String(first.dropLast())
      rest.insert(String(letter), at: 0)
    } else {
      number = first
    }
    let names = Set(rest).subtracting(Self.kinds.keys).subtracting(Self.sides.keys).subtracting(["with", "the"])
    guard let start = rest.firstIndex(where: names.contains) else { return nil }
    words = names
    // Before the street's name, `st` is a saint.
    kind = rest[start...].lazy.compactMap { Self.kinds[$0] }.last
    sides = Set(rest.compactMap { Self.sides[$0] })
  }

  /// True for one house, also if a source leaves out words of the street.
  func isAlike(_ other: StreetAddress) -> Bool {
    number == other.number
      && 2 * words.intersection(other.words).count >= min(words.count, other.words.count)
  }

  /// True for one house without a doubt: Canal Street and Canal Boulevard are two streets.
  func isEqual(to other: StreetAddress) -> Bool {
    number == other.number && words == other.words && (kind == nil || other.kind == nil || kind == other.kind)
      && (sides.isEmpty || other.sides.isEmpty || sides == other.sides)
  }

  /// Words that are written or not, or in several ways. `st` is street and saint.
  private static let kinds = [
    "st": "street", "avenue": "avenue", "boulevard": "boulevard", "blvd": "boulevard", "drive": "drive", "dr": "drive",
    "way": "way", "place": "place", "pl": "place", "court": "court", "ct": "court", "lane": "lane", "ln": "lane",
    "highway": "highway", "hwy": "highway", "road": "road", "rd": "road",
  ]
  private static let sides = [
    "north": "north", "n": "north", "south": "south", "s": "south", "east": "east", "e": "east", "west": "west",
    "w": "west",
  ]
}
