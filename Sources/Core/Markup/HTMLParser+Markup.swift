import Glibc

/// Tags, comments and declarations (https://html.spec.whatwg.org/#tokenization).
extension HTMLParser {
  /// Reads from a `<`.
  mutating func readMarkup() throws(MarkupError) {
    let next = source[index + 1]
    if Self.isLetter(next) {
      index += 1
      guard try readTag(hasAttributes: templateDepth == 0) else { return }
      if templateDepth == 0 { try flushText() }
      try processStartTag()
    } else if next == UInt8(ascii: "/") {
      try readEndTag()
    } else if next == UInt8(ascii: "!") {
      readDeclaration()
    } else if next == UInt8(ascii: "?") {
      skip(past: UInt8(ascii: ">"))
    } else {
      if templateDepth == 0 { pendingText.append(UInt8(ascii: "<")) }
      index += 1
    }
  }

  private mutating func processStartTag() throws(MarkupError) {
    guard templateDepth > 0 else { return try startTag(token.tag) }
    if token.tag == .template { templateDepth += 1 }
    if token.tag == .plaintext { index = count }
    if table.rules[Int(token.tag.rawValue)].contains(.rawText) { _ = readRawText() }
  }

  private mutating func readEndTag() throws(MarkupError) {
    let next = source[index + 2]
    if Self.isLetter(next) {
      index += 2
      guard try readTag(hasAttributes: false) else { return }
      if templateDepth > 0 {
        if token.tag == .template { templateDepth -= 1 }
        return
      }
      try flushText()
      try endTag(token.tag)
    } else if next == UInt8(ascii: ">") {
      index += 3
    } else if next == 0 {
      if templateDepth == 0 { pendingText.append(contentsOf: "</".utf8) }
      index = count
    } else {
      skip(past: UInt8(ascii: ">"))
    }
  }

  /// Reads a comment, a document type or CDATA, from `<!` on.
  private mutating func readDeclaration() {
    if source[index + 2] == UInt8(ascii: "-"), source[index + 3] == UInt8(ascii: "-") {
      skipComment()
    } else if isNext("doctype", at: index + 2) {
      let start = index
      skip(past: UInt8(ascii: ">"))
      readDocumentType(UnsafeBufferPointer(start: source + start + 9, count: index - start - 9))
    } else if isInForeignContent, isNext("[cdata[", at: index + 2) {
      let start = index + 9
      let end = find("]]>", from: start) ?? count
      if templateDepth == 0 {
        pendingText.append(contentsOf: UnsafeBufferPointer(start: source + start, count: end - start))
      }
      index = min(count, end + 3)
    } else {
      skip(past: UInt8(ascii: ">"))
    }
  }

  /// Skips a comment, which ends with `-->`, `--!>`, `<!-->`, `<!--->` or the page.
  private mutating func skipComment() {
    index += 4
    if source[index] == UInt8(ascii: ">") {
      index += 1
      return
    }
    if source[index] == UInt8(ascii: "-"), source[index + 1] == UInt8(ascii: ">") {
      index += 2
      return
    }
    while let dash = find(UInt8(ascii: "-"), from: index) {
      index = dash + 1
      guard source[index] == UInt8(ascii: "-") else { continue }
      while source[index] == UInt8(ascii: "-") { index += 1 }
      if source[index] == UInt8(ascii: ">") {
        index += 1
        return
      }
      if source[index] == UInt8(ascii: "!"), source[index + 1] == UInt8(ascii: ">") {
        index += 2
        return
      }
    }
    index = count
  }

  /// Source: https://html.spec.whatwg.org/#the-initial-insertion-mode, without the identifiers that nothing uses any more.
  private mutating func readDocumentType(_ type: UnsafeBufferPointer<UInt8>) {
    guard !hasDocumentType, mode == .beforeHead else { return }
    hasDocumentType = true
    let text = String(decoding: type.prefix(512), as: UTF8.self).lowercased()
    isQuirky =
      text.contains("dtd html 3") || text.contains("dtd html 2") || text.contains("//ietf//")
      || text.contains("dtd html 4.0 ")
      || text.contains("dtd html 4.01 transitional") && !text.contains("http://")
  }

  /// Moves past the next such byte, or to the end of the page.
  private mutating func skip(past byte: UInt8) { index = find(byte, from: index).map { $0 + 1 } ?? count }

  /// Returns the place of the next such byte; nil if there is none.
  func find(_ byte: UInt8, from start: Int) -> Int? {
    guard start < count, let found = memchr(source + start, Int32(byte), count - start) else { return nil }
    return UnsafeRawPointer(found) - UnsafeRawPointer(source)
  }

  private func find(_ text: StaticString, from start: Int) -> Int? {
    var index = start
    while let found = find(text.utf8Start[0], from: index) {
      if isNext(text, at: found) { return found }
      index = found + 1
    }
    return nil
  }

  /// Compares, without regard to case, with text in lower case.
  func isNext(_ text: StaticString, at start: Int) -> Bool {
    for offset in 0..<text.utf8CodeUnitCount
    where Self.lowercased(source[start + offset]) != text.utf8Start[offset] { return false }
    return true
  }
}
