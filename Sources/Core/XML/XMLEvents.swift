import CXML2

/// The functions that libxml2 calls while it reads, and what they keep. Pointers into libxml2's memory end here: the handler
/// gets values.
final class XMLEvents {
  private let handler: any XMLHandler
  /// The reason why reading was given up; nil if it was not.
  private(set) var problem: String?
  /// libxml2 has each address once, at a place that stays.
  private var namespaces: [UnsafePointer<xmlChar>: String] = [:]

  /// The attributes with a default value that the document type declares, at most: libxml2 adds them to each element, and
  /// compares each with each other.
  private static let maximumDefaults = 64
  private var defaults = 0

  init(_ handler: any XMLHandler) { self.handler = handler }

  /// True if the handler wants nothing more.
  var isDone: Bool { handler.isDone }

  /// Makes libxml2 call these functions. It does not keep them alive.
  func attach(to parser: xmlParserCtxtPtr) {
    parser.pointee._private = Unmanaged.passUnretained(self).toOpaque()
    guard let events = parser.pointee.sax else { return }
    events.pointee.startElementNs = { parser, local, prefix, namespace, _, _, count, defaulted, attributes in
      guard let (parser, events) = XMLEvents.context(parser), let local else { return }
      // Values that the document type adds are not in the element, and could be many.
      let given = events.attributes(attributes, count: Int(count - defaulted))
      events.handler.start(events.name(local, prefix, namespace), attributes: given)
      if events.isDone { xmlStopParser(parser) }
    }
    events.pointee.endElementNs = { parser, _, _, _ in
      guard let (parser, events) = XMLEvents.context(parser) else { return }
      events.handler.end()
      if events.isDone { xmlStopParser(parser) }
    }
    events.pointee.characters = { parser, text, count in
      guard let (_, events) = XMLEvents.context(parser), let text else { return }
      events.handler.text(UnsafeBufferPointer(start: text, count: Int(count)).span)
    }
    events.pointee.cdataBlock = events.pointee.characters
    events.pointee.ignorableWhitespace = events.pointee.characters
    events.pointee.comment = nil
    events.pointee.processingInstruction = nil
    events.pointee.entityDecl = { parser, name, _, _, _, _ in
      XMLEvents.giveUp(parser, "it declares the entity '\(XMLEvents.text(name))', and entities are not expanded")
    }
    events.pointee.attributeDecl = { parser, _, _, _, _, value, choices in
      // libxml2's own function frees them.
      if let choices { xmlFreeEnumeration(choices) }
      guard value != nil, let (_, events) = XMLEvents.context(parser) else { return }
      events.defaults += 1
      guard events.defaults > XMLEvents.maximumDefaults else { return }
      XMLEvents.giveUp(
        parser, "its document type has more than \(XMLEvents.maximumDefaults) attributes with default values")
    }
    // A name that the document does not declare, where an external document type might.
    events.pointee.reference = { parser, name in
      XMLEvents.giveUp(
        parser, "it names the entity '\(XMLEvents.text(name))', which only another document could declare")
    }
    events.pointee.resolveEntity = nil
    events.pointee.externalSubset = nil
    // Stops at the first error. Otherwise a long document of errors takes quadratic time.
    events.pointee.serror = { _, error in
      guard let error, error.pointee.level == XML_ERR_FATAL else { return }
      xmlStopParser(error.pointee.ctxt?.assumingMemoryBound(to: xmlParserCtxt.self))
    }
  }

  private static func context(_ parser: UnsafeMutableRawPointer?) -> (xmlParserCtxtPtr, XMLEvents)? {
    guard let parser = parser?.assumingMemoryBound(to: xmlParserCtxt.self), let owner = parser.pointee._private
    else { return nil }
    return (parser, Unmanaged<XMLEvents>.fromOpaque(owner).takeUnretainedValue())
  }

  private static func giveUp(_ parser: UnsafeMutableRawPointer?, _ reason: String) {
    guard let (parser, events) = context(parser) else { return }
    events.problem = events.problem ?? reason
    xmlStopParser(parser)
  }

  private static func text(_ name: UnsafePointer<xmlChar>?) -> String {
    String(name.map { String(cString: $0) }?.prefix(40) ?? "")
  }

  private func name(
    _ local: UnsafePointer<xmlChar>, _ prefix: UnsafePointer<xmlChar>?, _ namespace: UnsafePointer<xmlChar>?
  ) -> XMLName {
    XMLName(
      local: String(cString: local), prefix: prefix.map { String(cString: $0) },
      namespace: namespace.map { address(of: $0) })
  }

  private func address(of place: UnsafePointer<xmlChar>) -> String {
    if let known = namespaces[place] { return known }
    let address = String(cString: place)
    namespaces[place] = address
    return address
  }

  /// - Parameter attributes: five pointers for each attribute: its name, prefix, namespace, and its value's start and end.
  private func attributes(
    _ attributes: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?, count: Int
  ) -> [XMLAttribute] {
    guard let attributes else { return [] }
    return (0..<count).compactMap { index in
      let parts = attributes + 5 * index
      guard let local = parts[0], let start = parts[3], let end = parts[4] else { return nil }
      let value = Self.value(UnsafeBufferPointer(start: start, count: end - start))
      return XMLAttribute(name: name(local, parts[1], parts[2]), value: value)
    }
  }

  /// The text of an attribute, in which libxml2 leaves each ampersand as `&#38;`, for a tree that is not made.
  private static func value(_ bytes: UnsafeBufferPointer<xmlChar>) -> String {
    guard bytes.contains(0x26) else { return String(decoding: bytes, as: UTF8.self) }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      result.append(bytes[index])
      index += bytes[index] == 0x26 && bytes[index...].starts(with: "&#38;".utf8) ? 5 : 1
    }
    return String(decoding: result, as: UTF8.self)
  }
}
