import XML

/// An element of a feed: one of an entry, or one of the feed around it.
final class FeedElement {
  enum Child {
    case text([UInt8])
    case element(FeedElement)
  }

  let name: FeedName
  let attributes: [XMLAttribute]
  /// The address against which links in the element are resolved; nil if none is known.
  let base: String?
  private(set) var children: [Child] = []

  init(_ name: FeedName, attributes: [XMLAttribute], base: String?) {
    self.name = name
    self.attributes = attributes
    self.base = base
  }

  func add(_ element: FeedElement) { children.append(.element(element)) }

  /// Removes the last child, which was read and is not needed any more.
  func removeLast() { _ = children.popLast() }

  func add(_ bytes: Span<UInt8>) {
    bytes.withUnsafeBufferPointer { bytes in
      if case .text(var text)? = children.last {
        children.removeLast()
        text.append(contentsOf: bytes)
        children.append(.text(text))
      } else {
        children.append(.text(Array(bytes)))
      }
    }
  }

  /// The elements in this one, in their order.
  var elements: [FeedElement] {
    children.compactMap { if case .element(let element) = $0 { element } else { nil } }
  }

  /// Returns the children of a name.
  func all(_ name: FeedName) -> [FeedElement] { elements.filter { $0.name == name } }

  /// Returns the value of an attribute, by its local name in lower case and without white space around it; nil if there is
  /// none, or nothing in it.
  func attribute(_ name: String) -> String? {
    let found = attributes.first { $0.name.prefix == nil && $0.name.local.lowercased() == name }
    guard let value = found.map({ FeedText.trimmed($0.value) }), !value.isEmpty else { return nil }
    return value
  }

  /// The text in this element and those within it, as it is.
  var text: [UInt8] {
    var result: [UInt8] = []
    appendText(to: &result)
    return result
  }

  private func appendText(to result: inout [UInt8]) {
    for child in children {
      switch child {
      case .text(let text): result += text
      case .element(let element): element.appendText(to: &result)
      }
    }
  }

  /// The text without white space around it; nil if nothing is left.
  var value: String? {
    let text = FeedText.trimmed(self.text)
    return text.isEmpty ? nil : String(decoding: text, as: UTF8.self)
  }
}
