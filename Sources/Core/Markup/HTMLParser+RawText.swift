/// Elements whose content is text up to their end tag.
extension HTMLParser {
  /// Reads the content of the element whose start tag was read, and its end tag. Without an end tag the content goes on to
  /// the end of the page.
  mutating func readRawText() -> UnsafeBufferPointer<UInt8> {
    let start = index
    let isScript = token.tag == .script
    var state = ScriptState.plain
    var search = index
    while let place = find(isScript && state != .plain ? nil : UInt8(ascii: "<"), from: search) {
      search = place + 1
      if source[place] == UInt8(ascii: "-") {
        if source[place + 1] == UInt8(ascii: "-"), source[place + 2] == UInt8(ascii: ">") { state = .plain }
        continue
      }
      if source[place + 1] == UInt8(ascii: "/"), isName(at: place + 2) {
        if state == .doubleEscaped {
          state = .escaped
          continue
        }
        index = place + 2 + token.nameLength
        skipToTagEnd()
        return UnsafeBufferPointer(start: source + start, count: place - start)
      }
      guard isScript else { continue }
      if state == .plain, isNext("!--", at: place + 1) {
        state = .escaped
        search = place + 2
      } else if state == .escaped, isName(at: place + 1) {
        state = .doubleEscaped
      }
    }
    index = count
    return UnsafeBufferPointer(start: source + start, count: count - start)
  }

  /// A script within `<!--` may hold `<script>…</script>` (https://html.spec.whatwg.org/#script-data-escaped-state).
  private enum ScriptState {
    case plain
    case escaped
    case doubleEscaped
  }

  /// - Parameter byte: nil for a `<` or a `-`.
  private func find(_ byte: UInt8?, from start: Int) -> Int? {
    if let byte { return find(byte, from: start) }
    var index = start
    while index < count {
      if source[index] == UInt8(ascii: "<") || source[index] == UInt8(ascii: "-") { return index }
      index += 1
    }
    return nil
  }

  /// Tests for the name of the current tag.
  private func isName(at start: Int) -> Bool {
    for offset in 0..<token.nameLength
    where Self.lowercased(source[start + offset]) != Self.lowercased(source[token.nameStart + offset]) { return false }
    let end = source[start + token.nameLength]
    return Self.endsName(end) && end != 0
  }

  /// Skips the attributes that an end tag may have.
  private mutating func skipToTagEnd() {
    while index < count {
      let byte = source[index]
      index += 1
      if byte == UInt8(ascii: ">") { return }
      guard byte == UInt8(ascii: "=") else { continue }
      while Self.isSpace(source[index]) { index += 1 }
      let quote = source[index]
      if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
        index = find(quote, from: index + 1).map { $0 + 1 } ?? count
      }
    }
  }
}
