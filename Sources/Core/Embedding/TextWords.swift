/// The words of a text, as BERT's uncased tokenizer forms them: in lower case, without accents, punctuation and
/// ideographs as words of their own, control and format characters left out.
public struct TextWords: Sendable {
  /// A word of a text.
  public enum Word: Equatable, Sendable {
    /// A place in `bytes`.
    case text(Range<Int>)
    /// A word of more than 100 characters, which the vocabulary never has.
    case tooLong
    /// The name of a special token, which stands for that token.
    case special(Special)
  }

  /// A token with a meaning for the model.
  public enum Special: String, CaseIterable, Sendable {
    case padding = "[PAD]"
    case unknown = "[UNK]"
    case start = "[CLS]"
    case end = "[SEP]"
    case mask = "[MASK]"
  }

  /// The longest word, in characters.
  static let longestWord = 100

  /// The words' texts in UTF-8.
  public private(set) var bytes: [UInt8] = []
  /// The words, in order.
  public private(set) var words: [Word] = []

  private var wordStart = 0
  private var wordLength = 0
  /// Characters whose order is not known before the next one that is no mark.
  private var marks: [(order: UInt8, scalar: UInt32)] = []

  /// Splits a text.
  /// - Parameter limit: the number of words after which the rest of the text is not read. There may be a few more words.
  public init(_ text: String, limit: Int = .max) {
    var text = text
    text.withUTF8 { utf8 in
      var position = 0
      while position < utf8.count, words.count < limit {
        let byte = utf8[position]
        if byte >= 0x80 {
          add(Self.scalar(utf8, at: &position))
        } else if byte == UInt8(ascii: "["), let special = Self.special(utf8, at: position) {
          finishWord()
          words.append(.special(special))
          position += special.rawValue.utf8.count
        } else {
          addASCII(byte)
          position += 1
        }
      }
    }
    finishWord()
  }

  private static func special(_ utf8: UnsafeBufferPointer<UInt8>, at position: Int) -> Special? {
    Special.allCases.first { utf8[position...].starts(with: $0.rawValue.utf8) }
  }

  /// Decodes a character of two to four bytes. A string's UTF-8 is valid.
  private static func scalar(_ utf8: UnsafeBufferPointer<UInt8>, at position: inout Int) -> UInt32 {
    let first = UInt32(utf8[position])
    let more = first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3
    var scalar = first & (more == 1 ? 0x1F : more == 2 ? 0x0F : 0x07)
    for index in 1...more { scalar = scalar << 6 | UInt32(utf8[position + index] & 0x3F) }
    position += more + 1
    return scalar
  }
}

extension TextWords {
  private mutating func addASCII(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): append(UInt32(byte))
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): append(UInt32(byte | 0x20))
    case 0x20, 0x09, 0x0A, 0x0D: finishWord()
    case 0x21...0x7E: appendPunctuation(UInt32(byte))
    default: break  // Control characters are left out.
    }
  }

  private mutating func add(_ scalar: UInt32) {
    if let syllable = HangulSyllable(scalar) {
      append(syllable.initial)
      append(syllable.vowel)
      if let final = syllable.final { append(final) }
      return
    }
    let character = CharacterTable.character(scalar)
    if character.isDeleted { return }
    if character.isSpace || character.isIdeograph { finishWord() }
    if character.isSpace { return }
    if character.isRemoved {
      // Marks on both sides of one with class 0 do not change places.
      if !character.isReordered { finishMarks() }
      return
    }
    if character.isChanged {
      for part in character.parts { addPart(part) }
    } else {
      addPart(scalar, character)
    }
    if character.isIdeograph { finishWord() }
  }

  private mutating func addPart(_ part: UInt32) {
    if part < 0x80 { addASCII(UInt8(part)) } else { addPart(part, CharacterTable.character(part)) }
  }

  private mutating func addPart(_ scalar: UInt32, _ character: CharacterTable.Entry) {
    if character.isPunctuation {
      appendPunctuation(scalar)
    } else if character.isReordered {
      marks.append((CharacterTable.combiningClass(scalar), scalar))
    } else {
      append(scalar)
    }
  }

  private mutating func appendPunctuation(_ scalar: UInt32) {
    finishWord()
    append(scalar)
    finishWord()
  }

  private mutating func append(_ scalar: UInt32) {
    if !marks.isEmpty { finishMarks() }
    write(scalar)
  }

  private mutating func write(_ scalar: UInt32) {
    wordLength += 1
    guard wordLength <= Self.longestWord, let scalar = Unicode.Scalar(scalar) else { return }
    if scalar.isASCII { bytes.append(UInt8(scalar.value)) } else { bytes.append(contentsOf: scalar.utf8) }
  }

  private mutating func finishMarks() {
    guard !marks.isEmpty else { return }
    // Stable: a mark goes before those of a higher class only. Counting would pay only for thousands of marks.
    for (_, scalar) in marks.enumerated().sorted(by: {
      ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
    }).map(\.element) {
      write(scalar)
    }
    marks.removeAll(keepingCapacity: true)
  }

  private mutating func finishWord() {
    finishMarks()
    if wordLength > Self.longestWord {
      bytes.removeLast(bytes.count - wordStart)
      words.append(.tooLong)
    } else if wordLength > 0 {
      words.append(.text(wordStart..<bytes.count))
    }
    wordStart = bytes.count
    wordLength = 0
  }
}
