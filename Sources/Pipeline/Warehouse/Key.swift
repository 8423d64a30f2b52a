/// A text that names something: equal to another when its bytes are, as in Postgres. Swift's own strings are equal when
/// they look the same, so that one act under two spellings of `é` would be found here and not there.
struct Key: Hashable, Comparable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: Key, right: Key) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

  static func < (left: Key, right: Key) -> Bool { left.text.utf8.lexicographicallyPrecedes(right.text.utf8) }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}
