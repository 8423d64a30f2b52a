import FoundationEssentials
import Text

/// Extracts the raw JSON of individual entries of an extract document, so that rejected ones can be stored verbatim. The
/// document must have been accepted by `JSONDecoder`, which has checked brackets, commas and literals. The decoder checks
/// only the texts and numbers that it is asked for, and takes the first of two members with one name; so does this.
public struct RawRecords {
  private let bytes: [UInt8]

  public init(_ document: Data) { bytes = [UInt8](document) }

  /// Returns the entries at the given positions as JSON that Postgres's jsonb can hold: verbatim or, if an entry has an
  /// escape or a number that jsonb refuses, as a JSON string with its text.
  /// - Parameter positions: indices of records, from 0; the rows that the scraper rejected follow the records.
  public func entries(at positions: [Int]) -> [Int: String] {
    let wanted = Set(positions)
    guard let last = wanted.max() else { return [:] }
    var (entries, recordCount) = elements(of: "records", at: wanted, last: last)
    guard recordCount <= last else { return entries }
    let rows = Set(wanted.filter { $0 >= recordCount }.map { $0 - recordCount })
    for (index, row) in elements(of: "rejected", at: rows, last: last - recordCount).found {
      entries[recordCount + index] = row
    }
    return entries
  }

  /// - Parameter last: the index of the last element to look at.
  /// - Returns: the wanted elements of a list by their indices, and the number of elements that were passed.
  private func elements(of list: String, at wanted: Set<Int>, last: Int) -> (found: [Int: String], count: Int) {
    var found: [Int: String] = [:]
    guard var index = start(of: list) else { return (found, 0) }
    for position in 0...last {
      index = skipSpace(index)
      guard index < bytes.count, bytes[index] != UInt8(ascii: "]") else { return (found, position) }
      let value = value(at: index)
      if wanted.contains(position) {
        let text = String(decoding: bytes[index..<value.end], as: UTF8.self)
        found[position] = value.isPlain ? text : quoted(text)
      }
      // Moves past the comma, or to the closing bracket.
      index = skipSpace(value.end)
      if index < bytes.count, bytes[index] == UInt8(ascii: ",") { index += 1 }
    }
    return (found, last + 1)
  }

  private func quoted(_ text: String) -> String {
    // A string of jsonb can hold any character but NUL.
    let scalars = text.unicodeScalars.map { $0.value == 0 ? "\u{fffd}" : $0 }
    return String(String.UnicodeScalarView(scalars)).quotedForJSON()
  }

  /// Returns the index behind the bracket that opens a list: a member of the document, or the document itself if it is a
  /// bare array of records.
  private func start(of list: String) -> Int? {
    var index = skipSpace(0)
    guard index < bytes.count else { return nil }
    if bytes[index] == UInt8(ascii: "[") { return list == "records" ? index + 1 : nil }
    index = skipSpace(index + 1)
    while index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
      let name = value(at: index)
      let start = skipSpace(skipSpace(name.end) + 1)
      if bytes[index..<name.end].elementsEqual("\"\(list)\"".utf8), start < bytes.count {
        return bytes[start] == UInt8(ascii: "[") ? start + 1 : nil
      }
      index = skipSpace(skipSpace(value(at: start).end) + 1)
    }
    return nil
  }

  private func skipSpace(_ start: Int) -> Int {
    var index = start
    while index < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[index]) { index += 1 }
    return index
  }

  /// Returns the end of the value that begins at an index, and whether jsonb accepts the value as it is.
  private func value(at start: Int) -> (end: Int, isPlain: Bool) {
    var index = start
    var depth = 0
    var isPlain = true
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "\""):
        let string = string(at: index)
        isPlain = isPlain && string.isPlain
        index = string.end
        if depth == 0 { return (index, isPlain) }
        continue
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        if depth == 0 { return (index, isPlain) }
        depth -= 1
        if depth == 0 { return (index + 1, isPlain) }
      case UInt8(ascii: ","), 0x20, 0x09, 0x0a, 0x0d:
        if depth == 0 { return (index, isPlain) }
      case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        let number = number(at: index)
        isPlain = isPlain && number.isPlain
        index = number.end
        if depth == 0 { return (index, isPlain) }
        continue
      default: break
      }
      index += 1
    }
    return (index, isPlain)
  }

  /// A number is plain if it has no exponent and is short: jsonb's numbers are limited.
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
    var index = start + 1
    var isPlain = true
    while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
      guard bytes[index] == UInt8(ascii: "\\") else {
        // The decoder accepts control characters in a text that it does not read.
        if bytes[index] < 0x20 { isPlain = false }
        index += 1
        continue
      }
      switch escapedUnit(at: index) {
      case nil:
        if index + 1 >= bytes.count || !#""\/bfnrt"#.utf8.contains(bytes[index + 1]) { isPlain = false }
        index += 2
      case (0xd800...0xdbff)?:
        // The first half of a surrogate pair, which the second half must follow.
        if case (0xdc00...0xdfff)? = escapedUnit(at: index + 6) { index += 6 } else { isPlain = false }
        index += 6
      case 0?, (0xdc00...0xdfff)?:
        isPlain = false
        index += 6
      default: index += 6
      }
    }
    return (min(index + 1, bytes.count), isPlain)
  }

  /// Returns the UTF-16 code unit of an escape like `\u00e9`; nil if none begins at the index.
  private func escapedUnit(at index: Int) -> UInt16? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "u") else {
      return nil
    }
    let digits = bytes[index + 2..<index + 6]
    // `UInt16(_:radix:)` accepts a sign.
    guard digits.first != UInt8(ascii: "+"), digits.first != UInt8(ascii: "-") else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
