import Glibc

/// A name or an address, compared by its bytes as Postgres does. Swift compares strings by canonical equivalence, so that
/// two encodings of `é` would be one artist in Swift and two in the database.
struct Key: Hashable, Comparable, Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static func == (left: Key, right: Key) -> Bool { left.compare(to: right) == 0 }

  static func < (left: Key, right: Key) -> Bool { left.compare(to: right) < 0 }

  func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }

  private func compare(to other: Key) -> Int {
    var (left, right) = (text, other.text)
    return left.withUTF8 { left in
      right.withUTF8 { right in
        guard let leftStart = left.baseAddress, let rightStart = right.baseAddress else {
          return left.count - right.count
        }
        let order = Int(memcmp(leftStart, rightStart, min(left.count, right.count)))
        return order == 0 ? left.count - right.count : order
      }
    }
  }
}
