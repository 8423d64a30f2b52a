import CXML2

/// Reads an XML document that comes in segments, by libxml2's events, so that only what the handler keeps is in memory.
/// Nothing is fetched, a declared entity ends the reading, and so does the first error.
public final class XMLReader {
  /// Bytes that libxml2 is given at once: it may keep all of them.
  private static let slice = 64 << 10

  private let parser: xmlParserCtxtPtr
  private let events: XMLEvents
  private var lines = 1
  private var attributes = XMLAttributeLimit()

  /// - Parameter handler: what the document is made into.
  public init(_ handler: any XMLHandler) throws(XMLError) {
    xmlInitParser()
    // Without a handler libxml2 prints errors, and parts of the document.
    xmlSetStructuredErrorFunc(nil) { _, _ in }
    guard let parser = xmlCreatePushParserCtxt(nil, nil, nil, 0, nil) else {
      throw XMLError(.unreadable, "there is no memory for it")
    }
    self.parser = parser
    events = XMLEvents(handler)
    let options =
      XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NONET.rawValue
      | XML_PARSE_IGNORE_ENC.rawValue
    xmlCtxtUseOptions(parser, Int32(options))
    events.attach(to: parser)
  }

  deinit {
    // The document without elements that libxml2 makes for its own declarations.
    if let tree = parser.pointee.myDoc { xmlFreeDoc(tree) }
    parser.pointee.myDoc = nil
    xmlFreeParserCtxt(parser)
  }

  /// Takes the next bytes. Nothing more is read once the handler is done.
  /// - Parameter text: UTF-8, whatever encoding the document declares.
  /// - Throws: for a document that is not well-formed, with the line, or has entities of its own.
  public func read(_ text: [UInt8], isLast: Bool) throws(XMLError) {
    // libxml2 takes one behind the outermost element for the end of the document, and ignores what follows.
    if let zero = text.firstIndex(of: 0) {
      throw XMLError(.notWellFormed, "line \(lines + text[..<zero].count { $0 == 0x0A }) has a NUL character")
    }
    lines += text.count { $0 == 0x0A }
    var start = 0
    while start < text.count, !hasEnded {
      var end = min(start + Self.slice, text.count)
      // Not within a character.
      while end < text.count, end > start + 1, text[end] & 0xC0 == 0x80 { end -= 1 }
      guard !attributes.isExceeded(by: text[start..<end]) else {
        throw XMLError(.unreadable, "an element has more than \(XMLAttributeLimit.maximum) attributes")
      }
      push(text[start..<end])
      start = end
    }
    if isLast, !hasEnded { xmlParseChunk(parser, nil, 0, 1) }
    if let problem = events.problem { throw XMLError(.unreadable, problem) }
    guard !events.isDone else { return }
    guard parser.pointee.wellFormed == 1, parser.pointee.disableSAX == 0 else {
      throw XMLError(.notWellFormed, Self.summary(parser.pointee.lastError))
    }
  }

  private var hasEnded: Bool { events.problem != nil || events.isDone || parser.pointee.disableSAX != 0 }

  private func push(_ bytes: ArraySlice<UInt8>) {
    _ = bytes.withUnsafeBytes {
      xmlParseChunk(parser, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count), 0)
    }
  }

  private static func summary(_ error: xmlError) -> String {
    let message = error.message.map { String(cString: $0) } ?? "it ends too early"
    let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(120)
    // `int2` is the column.
    return "line \(error.line), column \(max(error.int2, 1)): \(words)"
  }
}
