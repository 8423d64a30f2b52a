/// Many texts in one array, as UTF-8. A text becomes a `String` when it is asked for: most never are.
struct TextPool: Sendable {
  /// The bytes of all texts, and of the one that is being added.
  var bytes: [UInt8] = []
  /// Half of what places take: an item of a table of texts may have five bytes.
  private var ends: [UInt32] = []

  var count: Int { ends.count }

  /// Ends the text whose bytes were appended.
  /// - Returns: its index.
  @discardableResult
  mutating func endText() -> Int {
    ends.append(UInt32(clamping: bytes.count))
    return ends.count - 1
  }

  /// Adds a text.
  mutating func add(_ text: some Sequence<UInt8>) -> Int {
    bytes.append(contentsOf: text)
    return endText()
  }

  /// Returns a text; an empty one for an index that no text has.
  subscript(index: Int) -> String {
    guard ends.indices.contains(index) else { return "" }
    return String(decoding: bytes[Int(index == 0 ? 0 : ends[index - 1])..<Int(ends[index])], as: UTF8.self)
  }
}
