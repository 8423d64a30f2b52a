/// Loops over a text's bytes in memory, which are many times as fast as those over the view `utf8`.
extension String {
  /// True if there is a NUL character, which Postgres cannot store.
  var hasNUL: Bool {
    let bytes = utf8.span
    for index in 0..<bytes.count where bytes[index] == 0 { return true }
    return false
  }

  /// True if the text stands before another one, byte by byte.
  func precedes(_ other: String) -> Bool {
    let (left, right) = (utf8.span, other.utf8.span)
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
      return left[index] < right[index]
    }
    return left.count < right.count
  }
}

extension [UInt8] {
  /// Appends a text in UTF-8.
  mutating func append(text: String) {
    var text = text
    text.withUTF8 { append(contentsOf: $0) }
  }
}
