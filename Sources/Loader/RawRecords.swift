import FoundationEssentials
import Text

/// Finds records in a document as they stand there, byte for byte, so that what was rejected can be kept as it was.
/// Only for documents that a JSON decoder has taken, which has seen to the brackets, commas and words. It reads texts and
/// numbers only where it is asked to, and of a name that comes twice only the first value: those are looked at here.
struct RawRecords {
  private let bytes: [UInt8]

  init(_ document: Data) { bytes = [UInt8](document) }

  /// The records at the given positions, or the elements of another list beside them, each as JSON that Postgres's jsonb
  /// can hold: as it stands, or else, where it has an escape or a number that jsonb refuses, as a JSON string with that
  /// text.
  func records(at positions: [Int], in list: String = "records") -> [Int: String] {
    var records: [Int: String] = [:]
    let wanted = Set(positions)
    guard let last = wanted.max(), var place = start(of: list) else { return records }
    for position in 0...last {
      place = skipSpace(place)
      guard place < bytes.count, bytes[place] != UInt8(ascii: "]") else { break }
      let value = value(at: place)
      if wanted.contains(position) {
        let text = String(decoding: bytes[place..<value.end], as: UTF8.self)
        records[position] = value.isPlain ? text : quoted(text)
      }
      // Past the comma, or onto the bracket.
      place = skipSpace(value.end)
      if place < bytes.count, bytes[place] == UInt8(ascii: ",") { place += 1 }
    }
    return records
  }

  private func quoted(_ text: String) -> String {
    // A bare NUL is the one thing that not even a string of jsonb can hold.
    let scalars = text.unicodeScalars.map { $0.value == 0 ? "\u{fffd}" : $0 }
    return String(String.UnicodeScalarView(scalars)).quotedForJSON()
  }

  /// Behind the bracket that opens the list: a member of the document, or the document itself, which is its records.
  private func start(of list: String) -> Int? {
    var place = skipSpace(0)
    guard place < bytes.count else { return nil }
    if bytes[place] == UInt8(ascii: "[") { return list == "records" ? place + 1 : nil }
    place = skipSpace(place + 1)
    while place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
      let name = value(at: place)
      let start = skipSpace(skipSpace(name.end) + 1)
      if bytes[place..<name.end].elementsEqual("\"\(list)\"".utf8), start < bytes.count {
        return bytes[start] == UInt8(ascii: "[") ? start + 1 : nil
      }
      place = skipSpace(skipSpace(value(at: start).end) + 1)
    }
    return nil
  }

  private func skipSpace(_ start: Int) -> Int {
    var place = start
    while place < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[place]) { place += 1 }
    return place
  }

  /// The end of the value that begins here, and whether jsonb takes all that is in it.
  private func value(at start: Int) -> (end: Int, isPlain: Bool) {
    var place = start
    var depth = 0
    var isPlain = true
    while place < bytes.count {
      switch bytes[place] {
      case UInt8(ascii: "\""):
        let string = string(at: place)
        isPlain = isPlain && string.isPlain
        place = string.end
        if depth == 0 { return (place, isPlain) }
        continue
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if depth == 0 { return (place, isPlain) }
        depth -= 1
        if depth == 0 { return (place + 1, isPlain) }
      case UInt8(ascii: ","), 0x20, 0x09, 0x0a, 0x0d:
        if depth == 0 { return (place, isPlain) }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let number = number(at: place)
        isPlain = isPlain && number.isPlain
        place = number.end
        if depth == 0 { return (place, isPlain) }
        continue
      default: break
      }
      place += 1
    }
    return (place, isPlain)
  }

  /// A number is plain without an exponent, and short: jsonb's have their limits.
  private func number(at start: Int) -> (end: Int, isPlain: Bool) {
    let text = bytes[start...].prefix { "+-.0123456789Ee".utf8.contains($0) }
    let digits = text.first == UInt8(ascii: "-") ? text.dropFirst() : text
    let parts = digits.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let isPlain =
      text.count <= 1000 && (parts[0].count == 1 || parts[0].first != UInt8(ascii: "0"))
      && parts.allSatisfy { part in !part.isEmpty && part.allSatisfy(\.isASCIIDigit) }
    return (text.endIndex, isPlain)
  }

  private func string(at start: Int) -> (end: Int, isPlain: Bool) {
    var place = start + 1
    var isPlain = true
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      guard bytes[place] == UInt8(ascii: "\\") else {
        // The decoder lets control characters pass until it reads the text.
        if bytes[place] < 0x20 { isPlain = false }
        place += 1
        continue
      }
      switch escapedUnit(at: place) {
      case nil:
        if place + 1 >= bytes.count || !#""\/bfnrt"#.utf8.contains(bytes[place + 1]) { isPlain = false }
        place += 2
      case (0xd800...0xdbff)?:
        // The first half of a pair, whose other half must follow.
        if case (0xdc00...0xdfff)? = escapedUnit(at: place + 6) { place += 6 } else { isPlain = false }
        place += 6
      case 0?, (0xdc00...0xdfff)?:
        isPlain = false
        place += 6
      default: place += 6
      }
    }
    return (min(place + 1, bytes.count), isPlain)
  }

  /// The UTF-16 unit of an escape like `\u00e9`, if one begins here.
  private func escapedUnit(at place: Int) -> UInt16? {
    guard place + 6 <= bytes.count, bytes[place] == UInt8(ascii: "\\"), bytes[place + 1] == UInt8(ascii: "u") else {
      return nil
    }
    let digits = bytes[place + 2..<place + 6]
    // Swift would take a sign.
    guard digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-") else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
