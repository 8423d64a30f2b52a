import CEmbedding

/// The tokenizer's treatment of a character that is not ASCII. The table is in CEmbedding/characters.c.
enum CharacterTable {
  struct Entry {
    fileprivate let entry: EmbeddingCharacter

    var isDeleted: Bool { has(EMBEDDING_DELETED) }
    var isSpace: Bool { has(EMBEDDING_SPACE) }
    var isIdeograph: Bool { has(EMBEDDING_SPACED) }
    var isRemoved: Bool { has(EMBEDDING_REMOVED) }
    var isPunctuation: Bool { has(EMBEDDING_PUNCTUATION) }
    var isReordered: Bool { has(EMBEDDING_REORDERED) }
    var isChanged: Bool { entry.count > 0 }
    /// The characters that it becomes.
    var parts: UnsafeBufferPointer<UInt32> { UnsafeBufferPointer(start: entry.parts, count: Int(entry.count)) }

    private func has(_ flag: Int) -> Bool { Int(entry.flags) & flag != 0 }
  }

  static func character(_ scalar: UInt32) -> Entry { Entry(entry: embedding_character(scalar)) }

  static func combiningClass(_ scalar: UInt32) -> UInt8 { embedding_combining_class(scalar) }
}

/// Syllables of Hangul, whose letters are computed: https://www.unicode.org/versions/latest/core-spec/chapter-3/#G56669
struct HangulSyllable {
  let initial: UInt32
  let vowel: UInt32
  let final: UInt32?

  /// Returns nil for another character.
  init?(_ scalar: UInt32) {
    guard (0xAC00...0xD7A3).contains(scalar) else { return nil }
    let index = scalar - 0xAC00
    initial = 0x1100 + index / 588
    vowel = 0x1161 + index % 588 / 28
    final = index % 28 == 0 ? nil : 0x11A7 + index % 28
  }
}
