import CXML2
import FoundationEssentials

/// A parsed HTML or XML document. It owns the tree, and its nodes keep it alive.
public final class Document {
  private let tree: xmlDocPtr
  private let context: xmlXPathContextPtr

  /// Parses HTML leniently, as a browser does.
  /// - Parameters:
  ///   - bytes: the page.
  ///   - charset: the encoding named by the transport. Without one, `HTMLEncoding` determines the encoding.
  /// - Throws: `empty` if there is nothing but white space; `malformed` if the page exceeds a limit of the parser.
  public convenience init(html bytes: Data, charset: String? = nil) throws(MarkupError) {
    prepareLibrary()
    _ = try Self.size(of: bytes)
    let parser = try check(htmlNewParserCtxt(), .outOfMemory, "HTML parser")
    defer { htmlFreeParserCtxt(parser) }
    let options =
      HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
      | HTML_PARSE_NONET.rawValue | HTML_PARSE_COMPACT.rawValue
    let tree = HTMLEncoding.withPrepared(bytes, charset: charset) { bytes, encoding in
      htmlCtxtReadMemory(
        parser, bytes.bindMemory(to: CChar.self).baseAddress, Int32(clamping: bytes.count), nil, encoding,
        Int32(options))
    }
    try self.init(owning: tree, of: parser, "HTML")
  }

  /// Parses XML strictly. Nothing is fetched, and entities declared in the document are unknown, so that no entity can
  /// expand a small document into a huge one (https://cwe.mitre.org/data/definitions/776.html).
  /// - Throws: `empty`; `malformed` if the document is not well-formed.
  public convenience init(xml bytes: Data) throws(MarkupError) {
    prepareLibrary()
    let size = try Self.size(of: bytes)
    let parser = try check(xmlNewParserCtxt(), .outOfMemory, "XML parser")
    defer { xmlFreeParserCtxt(parser) }
    parser.pointee.sax.pointee.entityDecl = nil
    // Stops at the first error. Otherwise a long comment full of errors takes quadratic time.
    parser.pointee.sax.pointee.serror = { _, error in
      guard let error, error.pointee.level == XML_ERR_FATAL else { return }
      xmlStopParser(error.pointee.ctxt?.assumingMemoryBound(to: xmlParserCtxt.self))
    }
    let options =
      XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue | XML_PARSE_NONET.rawValue
      | XML_PARSE_COMPACT.rawValue
    let tree = bytes.withUnsafeBytes {
      xmlCtxtReadMemory(parser, $0.bindMemory(to: CChar.self).baseAddress, size, nil, nil, Int32(options))
    }
    try self.init(owning: tree, of: parser, "XML")
  }

  /// Takes over the tree, unless the parser gave up, in which case the tree is incomplete.
  private init(owning tree: xmlDocPtr?, of parser: xmlParserCtxtPtr, _ language: String) throws(MarkupError) {
    let reason = parser.pointee.lastError
    let gaveUp = parser.pointee.disableSAX != 0
    if gaveUp, let tree { xmlFreeDoc(tree) }
    let tree = try check(gaveUp ? nil : tree, .malformed, language, reason: reason)
    do {
      context = try check(xmlXPathNewContext(tree), .outOfMemory, "XPath context")
    } catch {
      xmlFreeDoc(tree)
      throw error
    }
    self.tree = tree
  }

  deinit {
    xmlXPathFreeContext(context)
    xmlFreeDoc(tree)
  }

  /// Returns the elements that the expression selects, in document order.
  /// - Throws: `expression` if its result is not a set of nodes.
  public func nodes(_ path: XPath) throws(MarkupError) -> [Node] {
    try evaluate(path, from: UnsafeMutableRawPointer(tree).assumingMemoryBound(to: xmlNode.self))
  }

  /// Returns the first element that the expression selects; nil if there is none.
  public func first(_ path: XPath) throws(MarkupError) -> Node? { try nodes(path).first }

  func evaluate(_ path: XPath, from node: xmlNodePtr) throws(MarkupError) -> [Node] {
    context.pointee.node = node
    xmlResetError(&context.pointee.lastError)
    let result = try check(
      xmlXPathCompiledEval(path.compiled, context), .expression, "XPath \(path.expression)",
      reason: context.pointee.lastError)
    defer { xmlXPathFreeObject(result) }
    guard result.pointee.type == XPATH_NODESET else {
      throw MarkupError(.expression, "XPath \(path.expression): does not select nodes")
    }
    guard let set = result.pointee.nodesetval, let found = set.pointee.nodeTab else { return [] }
    // Only elements, because namespace nodes are freed with `result`.
    return UnsafeBufferPointer(start: found, count: Int(set.pointee.nodeNr)).compactMap {
      $0.flatMap { $0.pointee.type == XML_ELEMENT_NODE ? Node($0, of: self) : nil }
    }
  }

  private static func size(of bytes: Data) throws(MarkupError) -> Int32 {
    guard bytes.contains(where: { !isSpace($0) }) else { throw MarkupError(.empty, "the document is empty") }
    guard bytes.count <= maximumBytes else { throw MarkupError(.tooLarge, "\(bytes.count) bytes") }
    return Int32(bytes.count)
  }

  /// libxml2 counts bytes in 32 bits, and repairing broken UTF-8 can turn one byte into three.
  private static let maximumBytes = 512 << 20
}
