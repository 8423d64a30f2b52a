/// Finds an element with too many attributes before libxml2 reads it, which compares each attribute with each other.
struct XMLAttributeLimit {
  /// Attributes and declarations of namespaces that an element may have.
  static let maximum = 10_000

  /// The place of the next byte.
  private enum Place {
    case outside
    /// Behind a `<`.
    case opened
    case tag(quote: UInt8?)
  }

  private var place = Place.outside
  private var count = 0

  /// Takes the next bytes. In a document that is well-formed a `<` ends whatever looked like a tag: in comments and CDATA,
  /// too.
  /// - Returns: true if an element has more attributes.
  mutating func isExceeded(by bytes: ArraySlice<UInt8>) -> Bool {
    bytes.withUnsafeBufferPointer { bytes in
      for byte in bytes {
        if byte == UInt8(ascii: "<") {
          (place, count) = (.opened, 0)
          continue
        }
        switch place {
        case .outside: break
        case .opened:
          let isName =
            (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ":")
            || byte >= 0x80
          place = isName ? .tag(quote: nil) : .outside
        case .tag(let quote?): if byte == quote { place = .tag(quote: nil) }
        case .tag(nil):
          switch byte {
          case UInt8(ascii: "\""), UInt8(ascii: "'"): place = .tag(quote: byte)
          case UInt8(ascii: ">"): place = .outside
          case UInt8(ascii: "="):
            count += 1
            if count > Self.maximum { return true }
          default: break
          }
        }
      }
      return false
    }
  }
}
