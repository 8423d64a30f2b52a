/// Takes the text out of a piece of HTML that an API returns as a value, such as WordPress's `title.rendered`.
///
/// A page is read by `Document`, whose `Node.text` writes a space where a block or a `<br>` begins a new line. Here tags
/// vanish without a trace, nothing is reordered, and no piece is too deep or too odd to be read.
public enum HTMLText {
  /// Returns the text with tags, comments, scripts and styles left out and character references decoded, its white space
  /// unchanged. A tag or a comment that does not end is text. Takes linear time.
  /// - Parameter html: text or markup.
  public static func text(of html: String) -> String {
    guard html.utf8.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") }) else { return html }
    var scanner = HTMLTextScanner(Array(html.utf8))
    var result: [UInt8] = []
    // References do not reach over a tag: each piece is decoded by itself.
    while let piece = scanner.next() {
      piece.withUnsafeBufferPointer { CharacterReferences.append($0, isAttribute: false, to: &result) }
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// The place in a tag, outside quotation marks.
private enum TagPlace {
  /// In or before a name.
  case name
  /// Behind the equals sign, where a quotation mark begins a value.
  case equals
  /// In a value without quotation marks, where one is data.
  case value
}

/// Divides HTML into the pieces of text between its tags.
private struct HTMLTextScanner {
  private let bytes: [UInt8]
  private var position = 0
  /// True if no comment ends in the rest, so that it need not be searched again.
  private var hasNoCommentEnd = false
  /// True if a tag has no end: it would reach to the end of the text, so that no tag begins after it.
  private var hasOpenTag = false

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Returns the next piece of text; nil at the end.
  mutating func next() -> ArraySlice<UInt8>? {
    guard position < bytes.count else { return nil }
    let start = position
    var end = position
    while end < bytes.count {
      if bytes[end] == UInt8(ascii: "<"), let after = markupEnd(from: end) {
        position = after
        return bytes[start..<end]
      }
      end += 1
    }
    position = end
    return bytes[start..<end]
  }

  /// Returns the index after the tag or comment that begins at an index; nil if the `<` there is text.
  private mutating func markupEnd(from start: Int) -> Int? {
    let next = start + 1
    guard next < bytes.count, !hasOpenTag else { return nil }
    switch bytes[next] {
    case UInt8(ascii: "!") where bytes[next...].starts(with: "!--".utf8): return commentEnd(from: next + 3)
    case UInt8(ascii: "!"), UInt8(ascii: "?"):
      if let end = index(of: UInt8(ascii: ">"), from: next) { return end + 1 }
      hasOpenTag = true
      return nil
    case UInt8(ascii: "/"):
      guard next + 1 < bytes.count, isLetter(bytes[next + 1]) else { return nil }
      return tagEnd(from: next + 1)
    case let byte where isLetter(byte):
      guard let end = tagEnd(from: next) else { return nil }
      for name in ["script", "style"] where isName(name, at: next) { return rawTextEnd(of: name, from: end) }
      return end
    default: return nil
    }
  }

  /// A `>` within a quoted value does not end a tag.
  private mutating func tagEnd(from start: Int) -> Int? {
    var quote: UInt8?
    var place = TagPlace.name
    for index in start..<bytes.count {
      let byte = bytes[index]
      if let open = quote {
        if byte == open { quote = nil }
        continue
      }
      if byte == UInt8(ascii: ">") { return index + 1 }
      if isSpace(byte) {
        // `a = "b"` has a value, too.
        if place == .value { place = .name }
      } else if place == .equals {
        place = .value
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { (quote, place) = (byte, .name) }
      } else if place == .name, byte == UInt8(ascii: "=") {
        place = .equals
      }
    }
    hasOpenTag = true
    return nil
  }

  private mutating func commentEnd(from start: Int) -> Int? {
    guard !hasNoCommentEnd else { return nil }
    var index = start
    while let dash = self.index(of: UInt8(ascii: "-"), from: index) {
      if bytes[dash...].starts(with: "-->".utf8) { return dash + 3 }
      index = dash + 1
    }
    hasNoCommentEnd = true
    return nil
  }

  /// Returns the index after the end tag of a script or style; the end of the text if it has none.
  private func rawTextEnd(of name: String, from start: Int) -> Int {
    var index = start
    while let open = self.index(of: UInt8(ascii: "<"), from: index) {
      if open + 1 < bytes.count, bytes[open + 1] == UInt8(ascii: "/"), isName(name, at: open + 2) {
        return self.index(of: UInt8(ascii: ">"), from: open).map { $0 + 1 } ?? bytes.count
      }
      index = open + 1
    }
    return bytes.count
  }

  private func index(of byte: UInt8, from start: Int) -> Int? { bytes[start...].firstIndex(of: byte) }

  /// True if the name is at an index as a whole, in letters of either case.
  private func isName(_ name: String, at start: Int) -> Bool {
    let end = start + name.utf8.count
    guard end < bytes.count, zip(bytes[start..<end], name.utf8).allSatisfy({ $0 | 0x20 == $1 }) else { return false }
    return isSpace(bytes[end]) || bytes[end] == UInt8(ascii: ">") || bytes[end] == UInt8(ascii: "/")
  }

  private func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
}
