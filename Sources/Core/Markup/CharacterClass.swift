/// A class of characters by how a browser shows them, with the length of the character in bytes of UTF-8.
enum CharacterClass: Equatable {
  /// The NUL after the text.
  case end
  case visible(Int)
  case space(Int)
  /// A character that has no width and no shape.
  case invisible(Int)

  /// True for most bytes of a text: they belong to a visible character, and no look at their neighbours is needed.
  static func isPlain(_ byte: UInt8) -> Bool {
    if byte < 0x80 { return byte > 0x20 }
    switch byte {
    case 0xC2, 0xD8, 0xE1, 0xE2, 0xE3, 0xEF: return false
    default: return true
    }
  }

  /// Classifies the character that begins at a place in UTF-8 that ends with NUL.
  init(at place: UnsafePointer<UInt8>) {
    let first = place[0]
    switch first {
    case 0: self = .end
    case 0x09...0x0D, 0x20: self = .space(1)
    case 0xC2:
      switch place[1] {
      case 0x85, 0xA0: self = .space(2)
      case 0xAD: self = .invisible(2)
      default: self = .visible(place[1] == 0 ? 1 : 2)
      }
    case 0xD8: self = place[1] == 0x9C ? .invisible(2) : .visible(place[1] == 0 ? 1 : 2)
    case 0xE1, 0xE2, 0xE3, 0xEF:
      guard place[1] != 0, place[2] != 0 else {
        self = .visible(1)
        return
      }
      self.init(scalar: UInt32(first & 0x0F) << 12 | UInt32(place[1] & 0x3F) << 6 | UInt32(place[2] & 0x3F))
    default: self = .visible(1)
    }
  }

  /// Classifies a character whose UTF-8 has three bytes.
  private init(scalar: UInt32) {
    switch scalar {
    // Spaces, the line and paragraph separators, the ideographic space.
    case 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: self = .space(3)
    // The vowel separator of Mongolian, zero width space, marks, embeddings and isolates of direction, word joiner,
    // invisible operators, the byte order mark.
    case 0x180E, 0x200B, 0x200E, 0x200F, 0x202A...0x202E, 0x2060...0x2064, 0x2066...0x206F, 0xFEFF:
      self = .invisible(3)
    default: self = .visible(3)
    }
  }
}
