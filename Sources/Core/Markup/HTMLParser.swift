import CXML2

/// Parses a page as a browser does, by the algorithm of the HTML standard (https://html.spec.whatwg.org/#parsing), into a
/// tree of libxml2, which evaluates XPath expressions on it. libxml2's own HTML parser follows HTML 4: it loses pages at
/// `<!-->`, leaves newer character references undecoded, and is quadratic in the attributes of a tag.
///
/// Differences from the standard: comments and the content of `<template>` are left out, framesets are ignored, names of
/// foreign elements are in lower case, and a page that would be nested more deeply than `maximumDepth` is refused.
struct HTMLParser: ~Copyable {
  /// The page in UTF-8, ended by a NUL, which occurs nowhere else.
  let source: UnsafePointer<UInt8>
  let count: Int
  /// The place of the next byte to read.
  var index = 0
  let document: xmlDocPtr
  var arena = Arena()
  let table = TagTable.shared

  /// The tag that is being processed.
  var token = Token()
  /// Text that was read and not yet inserted.
  var pendingText: [UInt8] = []
  var mode = Mode.beforeHead
  /// From the `<html>` element to the innermost open element.
  var stack: [OpenElement] = []
  /// Formatting elements that are opened again in the next block, and markers (https://html.spec.whatwg.org/#list-of-active-formatting-elements).
  var formatting: [FormattingEntry] = []
  var head: xmlNodePtr?
  var form: xmlNodePtr?
  /// True while content that a table cannot hold is moved before it.
  var isFostering = false
  /// The number of open `<template>` elements. Their content is skipped.
  var templateDepth = 0
  var hasDocumentType = false
  /// True if the page's document type asks for the rules of old browsers.
  var isQuirky = true
  private(set) var elementCount = 0
  /// Open elements and attributes that were looked at, at most.
  private var work = 0
  /// Names of attributes and elements that were already stored, by a hash.
  var names = [UnsafeMutablePointer<UInt8>?](repeating: nil, count: 256)

  static let maximumDepth = 256
  /// Bounds the time and the memory of a page. The largest pages that were seen have a twentieth of it.
  static let maximumElements = 100_000
  static let maximumTreeBytes = 24 << 20
  /// Bounds the time of a page with many tags in deeply nested elements. The largest pages that were seen have a
  /// hundredth of it.
  static let maximumWork = 30_000_000

  /// - Parameter document: an empty document, which the caller keeps.
  init(_ page: UnsafeBufferPointer<UInt8>, into document: xmlDocPtr) {
    source = page.baseAddress.unsafelyUnwrapped
    count = page.count - 1
    self.document = document
    pendingText.reserveCapacity(4096)
    stack.reserveCapacity(64)
  }

  /// Reads the page.
  /// - Returns: the memory of the tree, which must outlive the document.
  /// - Throws: `tooLarge` or `malformed` if the page exceeds a limit.
  consuming func parse() throws(MarkupError) -> Arena {
    try insertElement(.html, attributes: false)
    while index < count {
      let tag = find(UInt8(ascii: "<"), from: index) ?? count
      if tag > index { appendText(from: index, to: tag) }
      index = tag
      if index < count { try readMarkup() }
    }
    try flushText()
    if mode == .beforeHead || mode == .inHead || mode == .afterHead { try openBody() }
    return arena
  }

  /// Adds text with its references decoded to the text that waits.
  mutating func appendText(from start: Int, to end: Int) {
    guard templateDepth == 0 else { return }
    CharacterReferences.append(
      UnsafeBufferPointer(start: source + start, count: end - start), isAttribute: false, to: &pendingText)
  }

  /// Counts an element.
  mutating func countElement() throws(MarkupError) {
    elementCount += 1
    guard elementCount <= Self.maximumElements else {
      throw MarkupError(.tooLarge, "the page has more than \(Self.maximumElements) elements")
    }
    guard arena.usedBytes <= Self.maximumTreeBytes else {
      throw MarkupError(
        .tooLarge,
        "the page of \(count) bytes takes more than the \(Self.maximumTreeBytes) bytes that a tree may have")
    }
  }

  /// Counts open elements and attributes that the next step may look at. A step by itself is short.
  mutating func countWork(_ places: Int) throws(MarkupError) {
    work += places
    guard work <= Self.maximumWork else {
      throw MarkupError(
        .tooLarge, "the page has too many tags within nested elements, or too many attributes to compare")
    }
  }

  /// An insertion mode (https://html.spec.whatwg.org/#the-insertion-mode).
  enum Mode {
    case beforeHead
    case inHead
    case afterHead
    case inBody
    case inTable
    case inCaption
    case inColumnGroup
    case inTableBody
    case inRow
    case inCell
  }

  struct OpenElement {
    let node: xmlNodePtr
    let tag: Tag
    let rules: TagRules
  }

  struct FormattingEntry {
    /// Nil for a marker, at which the list is cut: a cell, a caption, an object.
    var node: xmlNodePtr?
    let tag: Tag
  }
}
