import CXML2
import FoundationEssentials

/// A parsed HTML or XML document. It owns the tree, and its nodes keep it alive.
public final class Document {
  private let tree: xmlDocPtr
  /// Made for the first expression: pages are read by walks.
  private var context: xmlXPathContextPtr?

  /// The memory of the tree of an HTML page; nil for XML, whose tree libxml2 owns.
  private let arena: Arena?

  /// Parses HTML as a browser does (`HTMLParser`).
  /// - Parameters:
  ///   - bytes: the page.
  ///   - charset: the encoding named by the transport. Without one, `HTMLEncoding` determines the encoding.
  /// - Throws: `empty` if there is nothing but white space; `tooLarge` or `malformed` if the page exceeds a limit, which is
  ///   found before it can cost time or memory; `encoding` if the page cannot be decoded on this machine.
  public init(html bytes: Data, charset: String? = nil) throws(MarkupError) {
    prepareLibrary()
    _ = try Self.size(of: bytes)
    let page = try HTMLEncoding.decode(bytes, charset: charset)
    let tree = try check(htmlNewDocNoDtD(nil, nil), .outOfMemory, "HTML document")
    do {
      var memory: Arena?
      try page.withUnsafeBufferPointer { (page) throws(MarkupError) in
        memory = try HTMLParser(page, into: tree).parse()
      }
      arena = memory
    } catch {
      Self.free(tree, isInArena: true)
      throw error
    }
    self.tree = tree
  }

  private static func free(_ tree: xmlDocPtr, isInArena: Bool) {
    if isInArena {
      tree.pointee.children = nil
      tree.pointee.last = nil
    }
    xmlFreeDoc(tree)
  }

  /// Parses XML strictly. Nothing is fetched, and entities declared in the document are unknown, so that no entity can
  /// expand a small document into a huge one (https://cwe.mitre.org/data/definitions/776.html).
  /// - Throws: `empty`; `malformed` if the document is not well-formed.
  public init(xml bytes: Data) throws(MarkupError) {
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
    // A tree that the parser gave up is incomplete.
    let reason = parser.pointee.lastError
    let gaveUp = parser.pointee.disableSAX != 0
    if gaveUp, let tree { xmlFreeDoc(tree) }
    self.tree = try check(gaveUp ? nil : tree, .malformed, "XML", reason: reason)
    arena = nil
  }

  deinit {
    if let context { xmlXPathFreeContext(context) }
    Self.free(tree, isInArena: arena != nil)
  }

  /// The outermost element; nil if there is none.
  public var root: Node? { xmlDocGetRootElement(tree).map { Node($0, of: self) } }

  /// Returns the elements that the expression selects, in document order.
  /// - Throws: `expression` if its result is not a set of nodes.
  public func nodes(_ path: XPath) throws(MarkupError) -> [Node] {
    try evaluate(path, from: UnsafeMutableRawPointer(tree).assumingMemoryBound(to: xmlNode.self))
  }

  /// Returns the first element that the expression selects; nil if there is none.
  public func first(_ path: XPath) throws(MarkupError) -> Node? { try nodes(path).first }

  func evaluate(_ path: XPath, from node: xmlNodePtr) throws(MarkupError) -> [Node] {
    let context = try xpathContext()
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

  private func xpathContext() throws(MarkupError) -> xmlXPathContextPtr {
    if let context { return context }
    let new = try check(xmlXPathNewContext(tree), .outOfMemory, "XPath context")
    // Numbers the elements, so that a result is sorted in linear time.
    xmlXPathOrderDocElems(tree)
    context = new
    return new
  }

  private static func size(of bytes: Data) throws(MarkupError) -> Int32 {
    guard bytes.contains(where: { !isSpace($0) }) else { throw MarkupError(.empty, "the document is empty") }
    guard bytes.count <= maximumBytes else { throw MarkupError(.tooLarge, "\(bytes.count) bytes") }
    return Int32(bytes.count)
  }

  /// libxml2 counts bytes in 32 bits, and repairing broken UTF-8 can turn one byte into three.
  private static let maximumBytes = 512 << 20
}
