import JSON

/// The text of a JSON document that comes in segments, from the place of reading on.
struct JSONTextReader {
  private var text: [UInt8] = []
  private var index = 0
  /// The place at which the value that is being read goes on.
  private var scanned = 0
  private var isLast = false
  /// The first bytes of the document, for messages.
  private(set) var beginning: [UInt8] = []
  /// The place of `base`.
  private var basePlace = JSONPlace()
  private var base = 0
  private var valueStart = 0

  /// Bytes that have not been passed.
  var count: Int { text.count - index }
  var hasBeginning: Bool { beginning.count >= 4 || isLast }

  /// The place of reading.
  var place: JSONPlace {
    var place = basePlace
    place.pass(text[base..<index])
    return place
  }

  /// - Parameter atValue: true for an error of the value that was read last.
  func error(_ problem: String, atValue: Bool = false) -> JSONError {
    guard atValue else { return place.error(problem) }
    var place = basePlace
    place.pass(text[base..<max(base, valueStart)])
    return place.error(problem)
  }

  mutating func add(_ bytes: [UInt8], isLast: Bool) {
    if text.isEmpty { text = bytes } else { text += bytes }
    if beginning.count < 64 { beginning += bytes.prefix(64 - beginning.count) }
    self.isLast = isLast
  }

  /// Drops the text that was passed.
  mutating func forget() {
    basePlace = place
    scanned -= index
    text = Array(text[index...])
    (index, base, valueStart) = (0, 0, 0)
  }

  mutating func skipMark() {
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
  }

  /// Passes white space.
  /// - Returns: the next byte; nil if it has not come yet.
  mutating func next() -> UInt8? {
    while index < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[index]) { index += 1 }
    return index < text.count ? text[index] : nil
  }

  /// Passes a byte.
  mutating func pass() { index += 1 }

  /// Reads a value, which begins at the place of reading, and passes it.
  /// - Parameter scanner: the state of looking for its end; nil before and behind a value.
  /// - Returns: nil if it is not whole yet.
  mutating func value(_ scanner: inout JSONValueScanner?) throws(JSONError) -> JSONValue? {
    var state = scanner ?? JSONValueScanner()
    let found = state.end(in: text, from: scanner == nil ? index : scanned)
    guard let end = found ?? (isLast ? text.count : nil) else {
      scanned = text.count
      scanner = state
      return nil
    }
    scanner = nil
    return try parse(to: end)
  }

  /// Reads a member's name with the colon behind it.
  mutating func name() throws(JSONError) -> JSONValue? {
    var scanner = JSONValueScanner()
    guard let end = scanner.end(in: text, from: index) else {
      guard isLast else { return nil }
      return try parse(to: text.count)
    }
    var colon = end
    while colon < text.count, [0x20, 0x0A, 0x0D, 0x09].contains(text[colon]) { colon += 1 }
    guard colon < text.count || isLast else { return nil }
    let name = try parse(to: end)
    _ = next()
    guard index < text.count, text[index] == UInt8(ascii: ":") else {
      throw error("an object lacks a colon behind a name")
    }
    index += 1
    return name
  }

  private mutating func parse(to end: Int) throws(JSONError) -> JSONValue {
    do throws(JSONError) {
      let value = try JSONValue(parsing: text[index..<end])
      (valueStart, index) = (index, end)
      return value
    } catch { throw place.moved(error) }
  }
}
