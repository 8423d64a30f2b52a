/// Collects text into lines, with the white space of a browser.
///
/// Every character of Unicode's White_Space counts as a space (https://www.unicode.org/Public/UCD/latest/ucd/PropList.txt),
/// no-break spaces too, because the text serves as a name and as a key. Characters that show nothing are left out: zero
/// width spaces, soft hyphens, marks of direction. U+200C and U+200D stay: they shape words and emoji.
struct LineWriter {
  private(set) var lines: [String] = []
  /// True if text was left out because of the limit.
  private(set) var isCut = false
  /// True if a line feed ends a line, as in preformatted text.
  var keepsLineFeeds = false
  private let maximumBytes: Int
  /// Bytes of the finished lines, with one separator after each.
  private var usedBytes = 0
  private var line: [UInt8] = []
  private var spaceIsDue = false

  /// - Parameter maximumBytes: the limit of the lines' UTF-8, with one byte for each separator between them.
  init(maximumBytes: Int = .max) { self.maximumBytes = max(0, maximumBytes) }

  /// True if further text cannot change the result.
  var isFull: Bool { isCut || line.count - Self.lookahead > maximumBytes - usedBytes }

  /// A cut must not split a character, so that some bytes after it are read. Longer characters are rare.
  private static let lookahead = 64

  mutating func write(_ content: UnsafePointer<UInt8>?) {
    guard var next = content else { return }
    while next.pointee != 0, !isFull {
      let start = next
      while CharacterClass.isPlain(next.pointee), next - start < 4096 { next += 1 }
      if next > start { append(UnsafeBufferPointer(start: start, count: next - start)) }
      switch CharacterClass(at: next) {
      case .end: return
      case .visible(let length):
        if length > 0 { append(UnsafeBufferPointer(start: next, count: length)) }
        next += length
      case .space(let length):
        let isLineFeed = next.pointee == UInt8(ascii: "\n") || next.pointee == UInt8(ascii: "\r")
        if keepsLineFeeds, isLineFeed { endLine() } else { spaceIsDue = !line.isEmpty }
        next += length
      case .invisible(let length): next += length
      }
    }
  }

  mutating func endLine() {
    spaceIsDue = false
    guard !line.isEmpty, !isCut else { return }
    let room = maximumBytes - usedBytes
    var text = String(decoding: line, as: UTF8.self)
    if line.count > room {
      isCut = true
      text = Self.cut(text, to: room)
    }
    usedBytes += text.utf8.count + 1
    if !text.isEmpty { lines.append(text) }
    line.removeAll(keepingCapacity: true)
  }

  private mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    if spaceIsDue { line.append(UInt8(ascii: " ")) }
    spaceIsDue = false
    line.append(contentsOf: bytes)
  }

  /// Returns the longest beginning of at most `room` bytes that ends between two characters, without a space at its end.
  /// If the last character is very long, such as a letter with hundreds of marks, it ends between two of its scalars.
  private static func cut(_ text: String, to room: Int) -> String {
    guard room > 0 else { return "" }
    var scalars = text.unicodeScalars[...]
    var excess = text.utf8.count - room
    while excess > lookahead, let last = scalars.popLast() { excess -= UTF8.width(last) }
    var text = String(scalars)
    let beforeCharacters = text
    while text.utf8.count > room { text.removeLast() }
    if room - text.utf8.count > lookahead {
      text = beforeCharacters
      while text.utf8.count > room { text.unicodeScalars.removeLast() }
    }
    if text.last == " " { text.removeLast() }
    return text
  }
}

/// White space in HTML and XML: tab, line feed, form feed, carriage return, space.
func isSpace(_ byte: UInt8) -> Bool {
  byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 || byte == 0x0C
}
