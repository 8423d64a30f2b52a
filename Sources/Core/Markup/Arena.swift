import CXML2

/// Memory for the tree of a page. It is freed as a whole, which is much faster than libxml2's way of an allocation for each
/// node, attribute and text. libxml2 only reads this tree: it must neither change nor free it.
struct Arena: ~Copyable {
  private var blocks: [UnsafeMutableRawPointer] = []
  private var next: UnsafeMutableRawPointer
  private var rest = 0
  private(set) var usedBytes = 0

  /// Below the size from which `malloc` asks the system for each block.
  private static let blockBytes = 64 << 10

  init() { next = UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped }

  deinit { for block in blocks { block.deallocate() } }

  /// Returns uninitialized memory, aligned for pointers.
  mutating func allocate(_ bytes: Int) -> UnsafeMutableRawPointer {
    let bytes = (bytes + 7) & ~7
    usedBytes += bytes
    if bytes > rest { if let own = addBlock(for: bytes) { return own } }
    let place = next
    next += bytes
    rest -= bytes
    return place
  }

  /// Begins a new block, or returns one of its own for something large.
  private mutating func addBlock(for bytes: Int) -> UnsafeMutableRawPointer? {
    let isLarge = bytes > Self.blockBytes / 4
    let block = UnsafeMutableRawPointer.allocate(byteCount: isLarge ? bytes : Self.blockBytes, alignment: 16)
    blocks.append(block)
    if isLarge { return block }
    (next, rest) = (block, Self.blockBytes)
    return nil
  }

  /// Copies bytes and ends them with NUL.
  mutating func copy(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeMutablePointer<UInt8> {
    let copy = allocate(bytes.count + 1).bindMemory(to: UInt8.self, capacity: bytes.count + 1)
    if let base = bytes.baseAddress { copy.initialize(from: base, count: bytes.count) }
    copy[bytes.count] = 0
    return copy
  }

  mutating func makeNode(_ type: xmlElementType, in document: xmlDocPtr) -> xmlNodePtr {
    let node = allocate(MemoryLayout<xmlNode>.size).bindMemory(to: xmlNode.self, capacity: 1)
    node.initialize(to: xmlNode())
    node.pointee.type = type
    node.pointee.doc = document
    return node
  }

  mutating func makeText(_ content: UnsafeMutablePointer<UInt8>, in document: xmlDocPtr) -> xmlNodePtr {
    let node = record(xmlNode.self, upTo: MemoryLayout<xmlNode>.offset(of: \.properties))
    node.pointee.type = XML_TEXT_NODE
    node.pointee.doc = document
    node.pointee.content = content
    node.pointee.name = Self.textName.utf8Start
    return node
  }

  /// Makes a record of zeros that ends before the fields that libxml2 only uses for other kinds of nodes, and for validated
  /// documents. A page is mostly texts and attributes: it takes a fifth less memory.
  private mutating func record<Record>(_ type: Record.Type, upTo end: Int?) -> UnsafeMutablePointer<Record> {
    let size = end ?? MemoryLayout<Record>.size
    let place = allocate(size)
    place.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    return place.assumingMemoryBound(to: Record.self)
  }

  /// Libxml2's name of texts.
  private static let textName: StaticString = "text"

  /// Makes an attribute of an element, after the element's last one.
  /// - Parameter value: nil if it is empty.
  mutating func addAttribute(
    _ name: UnsafePointer<UInt8>, _ value: UnsafeMutablePointer<UInt8>?, to element: xmlNodePtr,
    after last: xmlAttrPtr?
  ) -> xmlAttrPtr {
    let attribute = record(xmlAttr.self, upTo: MemoryLayout<xmlAttr>.offset(of: \.psvi))
    attribute.pointee.type = XML_ATTRIBUTE_NODE
    attribute.pointee.name = name
    attribute.pointee.parent = element
    attribute.pointee.doc = element.pointee.doc
    if let value {
      let text = makeText(value, in: element.pointee.doc)
      text.pointee.parent = UnsafeMutableRawPointer(attribute).assumingMemoryBound(to: xmlNode.self)
      attribute.pointee.children = text
      attribute.pointee.last = text
    }
    if let last {
      last.pointee.next = attribute
      attribute.pointee.prev = last
    } else {
      element.pointee.properties = attribute
    }
    return attribute
  }
}
