import Markup

/// The text of an element as a name: at most 500 characters, and at most 8 KB, because one character may have any number of
/// marks.
struct BoundedName {
  let text: String
  /// True if the element has more text.
  let isCut: Bool

  init(_ node: Node) {
    let (text, isCut) = node.text(maximumBytes: 8 << 10)
    // No text has more characters than bytes, and counting characters is slow.
    let name =
      text.utf8.count > DetailFields.maximumNameLength ? text.prefix(DetailFields.maximumNameLength) : text[...]
    self.isCut = isCut || name.endIndex < text.endIndex
    self.text = String(name)
  }
}
