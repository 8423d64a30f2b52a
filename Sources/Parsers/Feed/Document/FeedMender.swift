import Markup

/// Mends the markup of a feed that is not XML, so that what its author meant can be read: the entities of HTML, ampersands
/// and angle brackets that are text, control characters, attributes without quotation marks, elements that are not closed.
/// A document type, comments and whatever is outside the outermost element go. Takes linear time.
struct FeedMender {
  /// The reason why a document is not mended.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  /// Elements within each other.
  private static let maximumDepth = 512

  private var scanner: FeedScanner
  private var references: FeedReferences
  private var result: [UInt8] = []
  /// The names of the open elements.
  private var open: [ArraySlice<UInt8>] = []
  /// The open elements of each name, so that an end tag without a start is found at once.
  private var counts: [ArraySlice<UInt8>: Int] = [:]
  private var hasRoot = false

  /// - Parameter text: UTF-8.
  /// - Throws: `Refusal` for a text that ends within its elements, or needs what a document type declares.
  static func mend(_ text: [UInt8]) throws(Refusal) -> [UInt8] {
    var mender = FeedMender(text)
    return try mender.mend()
  }

  private init(_ text: [UInt8]) {
    scanner = FeedScanner(text)
    references = FeedReferences()
    result.reserveCapacity(text.count + text.count / 8)
  }

  private mutating func mend() throws(Refusal) -> [UInt8] {
    while !hasRoot || !open.isEmpty, let piece = scanner.next() {
      switch piece {
      case .text(let bytes) where hasRoot: try references.append(bytes, to: &result)
      case .cdata(let bytes) where hasRoot: references.escape(bytes, to: &result)
      case .start(let name, let attributes, let isEmpty): try start(name, attributes, isEmpty: isEmpty)
      case .end(let name): end(name)
      case .documentType(let bytes): references.declare(bytes)
      case .text, .cdata, .other: break
      }
    }
    if let name = open.last {
      throw Refusal(description: "it ends within its element '\(String(decoding: name.prefix(40), as: UTF8.self))'")
    }
    return result
  }

  private mutating func start(
    _ name: ArraySlice<UInt8>, _ attributes: [FeedScanner.Attribute], isEmpty: Bool
  ) throws(Refusal) {
    // An entry that is not closed ends where the next one begins.
    if Self.isEntry(name), counts[name, default: 0] > 0 { end(name) }
    guard open.count < Self.maximumDepth else {
      throw Refusal(description: "its depth is more than \(Self.maximumDepth) elements")
    }
    hasRoot = true
    result.append(UInt8(ascii: "<"))
    result += name
    var names: [ArraySlice<UInt8>] = []
    for attribute in attributes.prefix(64) where !names.contains(attribute.name) {
      names.append(attribute.name)
      result.append(UInt8(ascii: " "))
      result += attribute.name
      result += "=\"".utf8
      try references.append(attribute.value, to: &result)
      result.append(UInt8(ascii: "\""))
    }
    result += (isEmpty ? "/>" : ">").utf8
    guard !isEmpty else { return }
    open.append(name)
    counts[name, default: 0] += 1
  }

  /// Closes the element, and those within it that are open.
  private mutating func end(_ name: ArraySlice<UInt8>) {
    guard counts[name, default: 0] > 0 else { return }
    while let last = open.popLast() {
      counts[last, default: 0] -= 1
      result += "</".utf8
      result += last
      result.append(UInt8(ascii: ">"))
      if last == name { return }
    }
  }

  private static func isEntry(_ name: ArraySlice<UInt8>) -> Bool {
    name.elementsEqual("item".utf8) || name.elementsEqual("entry".utf8)
  }
}
