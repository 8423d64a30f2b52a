import CXML2
import Contracts
import Processing

/// Reads a document that comes in segments, by libxml2's events. Nothing is fetched, a declared entity ends the reading, and
/// so does the first error.
final class XMLReading {
  /// Bytes that libxml2 is given at once: it may keep all of them.
  private static let slice = 64 << 10

  private let address: String
  private let builder: XMLRecordBuilder
  private let parser: xmlParserCtxtPtr
  private var lines = 1

  init(_ address: String, into builder: XMLRecordBuilder) throws(PipelineError) {
    self.address = address
    self.builder = builder
    xmlInitParser()
    // Without a handler libxml2 prints errors, and parts of the document.
    xmlSetStructuredErrorFunc(nil) { _, _ in }
    guard let parser = xmlCreatePushParserCtxt(nil, nil, nil, 0, nil) else {
      throw PipelineError(.sourceChanged, "\(address) cannot be parsed: there is no memory for it")
    }
    self.parser = parser
    let options =
      XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NONET.rawValue
      | XML_PARSE_IGNORE_ENC.rawValue
    xmlCtxtUseOptions(parser, Int32(options))
    Self.prepare(parser, for: builder)
  }

  deinit {
    // The document without elements that libxml2 makes for its own declarations.
    if let tree = parser.pointee.myDoc { xmlFreeDoc(tree) }
    parser.pointee.myDoc = nil
    xmlFreeParserCtxt(parser)
  }

  /// Takes the next bytes.
  /// - Parameter text: UTF-8.
  /// - Throws: `SourceChanged` for a document that is not well-formed or has entities of its own, with the line.
  func add(_ text: [UInt8], isLast: Bool) throws(PipelineError) {
    // libxml2 takes one behind the outermost element for the end of the document, and ignores what follows.
    if let zero = text.firstIndex(of: 0) {
      let line = lines + text[..<zero].count { $0 == 0x0A }
      throw PipelineError(.sourceChanged, "\(address) is not XML: line \(line) has a NUL character")
    }
    lines += text.count { $0 == 0x0A }
    var start = 0
    while start < text.count, !hasEnded {
      var end = min(start + Self.slice, text.count)
      // Not within a character.
      while end < text.count, end > start + 1, text[end] & 0xC0 == 0x80 { end -= 1 }
      push(text[start..<end])
      start = end
    }
    if isLast, !hasEnded { xmlParseChunk(parser, nil, 0, 1) }
    try check(isLast: isLast)
  }

  private var hasEnded: Bool { builder.problem != nil || builder.isDone || parser.pointee.disableSAX != 0 }

  private func push(_ bytes: ArraySlice<UInt8>) {
    _ = bytes.withUnsafeBytes {
      xmlParseChunk(parser, $0.bindMemory(to: CChar.self).baseAddress, Int32($0.count), 0)
    }
  }

  private func check(isLast: Bool) throws(PipelineError) {
    if let problem = builder.problem {
      throw PipelineError(.sourceChanged, "\(address) cannot be read: \(problem)")
    }
    guard !builder.isDone else { return }
    guard parser.pointee.wellFormed == 1, parser.pointee.disableSAX == 0 else {
      throw PipelineError(.sourceChanged, "\(address) is not XML: \(Self.summary(parser.pointee.lastError))")
    }
  }

  private static func prepare(_ parser: xmlParserCtxtPtr, for builder: XMLRecordBuilder) {
    parser.pointee._private = Unmanaged.passUnretained(builder).toOpaque()
    guard let events = parser.pointee.sax else { return }
    events.pointee.startElementNs = { parser, local, prefix, _, _, _, count, defaulted, attributes in
      guard let (parser, builder) = XMLReading.context(parser), let local else { return }
      // Values that the document type adds are not in the element, and could be many.
      let given = XMLReading.attributesOf(attributes, count: Int(count - defaulted), builder)
      builder.start(
        builder.name(String(cString: local), prefix: prefix.map { String(cString: $0) }), attributes: given)
      if builder.isDone { xmlStopParser(parser) }
    }
    events.pointee.endElementNs = { parser, _, _, _ in
      guard let (parser, builder) = XMLReading.context(parser) else { return }
      builder.end()
      if builder.isDone { xmlStopParser(parser) }
    }
    events.pointee.characters = { parser, text, count in
      guard let (_, builder) = XMLReading.context(parser), let text else { return }
      builder.text(UnsafeBufferPointer(start: text, count: Int(count)))
    }
    events.pointee.cdataBlock = events.pointee.characters
    events.pointee.ignorableWhitespace = events.pointee.characters
    events.pointee.comment = nil
    events.pointee.processingInstruction = nil
    events.pointee.entityDecl = { parser, name, _, _, _, _ in
      XMLReading.giveUp(parser, "it declares the entity '\(XMLReading.text(name))', and entities are not expanded")
    }
    // A name that the document does not declare, where an external document type might.
    events.pointee.reference = { parser, name in
      XMLReading.giveUp(
        parser, "it names the entity '\(XMLReading.text(name))', which only another document could declare")
    }
    events.pointee.resolveEntity = nil
    events.pointee.externalSubset = nil
    // Stops at the first error. Otherwise a long document of errors takes quadratic time.
    events.pointee.serror = { _, error in
      guard let error, error.pointee.level == XML_ERR_FATAL else { return }
      xmlStopParser(error.pointee.ctxt?.assumingMemoryBound(to: xmlParserCtxt.self))
    }
  }

  private static func context(_ parser: UnsafeMutableRawPointer?) -> (xmlParserCtxtPtr, XMLRecordBuilder)? {
    guard let parser = parser?.assumingMemoryBound(to: xmlParserCtxt.self), let owner = parser.pointee._private
    else { return nil }
    return (parser, Unmanaged<XMLRecordBuilder>.fromOpaque(owner).takeUnretainedValue())
  }

  private static func giveUp(_ parser: UnsafeMutableRawPointer?, _ reason: String) {
    guard let (parser, builder) = context(parser) else { return }
    builder.giveUp(reason)
    xmlStopParser(parser)
  }

  private static func text(_ name: UnsafePointer<xmlChar>?) -> String {
    String(name.map { String(cString: $0) }?.prefix(40) ?? "")
  }

  /// - Parameter attributes: five pointers for each attribute: its name, prefix, namespace, and its value's start and end.
  private static func attributesOf(
    _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int, _ builder: XMLRecordBuilder
  ) -> [(name: String, value: String)] {
    guard let attributes else { return [] }
    return (0..<count).compactMap { index in
      let parts = attributes + 5 * index
      guard let local = parts[0], let start = parts[3], let end = parts[4] else { return nil }
      let value = String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
      return (builder.name(String(cString: local), prefix: parts[1].map { String(cString: $0) }), value)
    }
  }

  private static func summary(_ error: xmlError) -> String {
    let message = error.message.map { String(cString: $0) } ?? "it ends too early"
    let words = message.split(whereSeparator: \.isWhitespace).joined(separator: " ").prefix(120)
    // `int2` is the column.
    return "line \(error.line), column \(max(error.int2, 1)): \(words)"
  }
}
