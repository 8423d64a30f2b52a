import Embedding
import Testing

@Suite("Words of a text")
struct TextWordsTests {
  private func words(_ text: String) -> [String] {
    let split = TextWords(text)
    return split.words.map { word in
      switch word {
      case .text(let range): String(decoding: split.bytes[range], as: UTF8.self)
      case .tooLong: "too long"
      case .special(let special): "special \(special.rawValue)"
      }
    }
  }

  @Test(
    "are in lower case, without accents, with punctuation apart",
    arguments: [
      ("", []), (" \t\r\n\u{A0}\u{3000}", []), ("Café Brésil", ["cafe", "bresil"]),
      ("Kermit's R&B!", ["kermit", "'", "s", "r", "&", "b", "!"]), ("ÜBER İstanbul", ["uber", "istanbul"]),
      ("jazz東京2024", ["jazz", "東", "京", "2024"]), ("a\u{AD}b\u{200B}c\u{0}d\u{E000}e", ["abcde"]),
      ("Straße ΣΊΣΥΦΟΣ", ["straße", "σισυφοσ"]), ("¿Qué? «oui» …", ["¿", "que", "?", "«", "oui", "»", "…"]),
    ] as [(String, [String])])
  func words(text: String, expected: [String]) {
    #expect(words(text) == expected)
  }

  @Test("have syllables of Hangul as letters")
  func hangul() {
    #expect(words("한글").map { $0.unicodeScalars.map(\.value) } == [[0x1112, 0x1161, 0x11AB, 0x1100, 0x1173, 0x11AF]])
  }

  @Test("keep an unassigned character, and marks of newer versions of Unicode in canonical order")
  func newer() {
    #expect(words("x\u{378}y") == ["x\u{378}y"])
    // The class of U+08D4 is 230, that of U+08D3 220. U+034F, with class 0, is removed, but stands between them.
    func scalars(_ text: String) -> [UInt32] { words(text).flatMap { $0.unicodeScalars.map(\.value) } }
    #expect(scalars("a\u{8D4}\u{8D3}") == [0x61, 0x8D3, 0x8D4])
    #expect(scalars("a\u{8D4}\u{301}\u{8D3}") == [0x61, 0x8D3, 0x8D4])
    #expect(scalars("a\u{8D4}\u{34F}\u{8D3}") == [0x61, 0x8D4, 0x8D3])
  }

  @Test("may be names of special tokens, which nothing else changes")
  func special() {
    #expect(words("a[SEP]b [sep] [MASK") == ["a", "special [SEP]", "b", "[", "sep", "]", "[", "mask"])
  }

  @Test("of more than 100 characters are too long, whatever their bytes")
  func tooLong() {
    #expect(words(String(repeating: "ж", count: 100)) == [String(repeating: "ж", count: 100)])
    #expect(words("a \(String(repeating: "ж", count: 101)) b") == ["a", "too long", "b"])
  }

  @Test("are read up to a limit")
  func limit() {
    #expect(TextWords(String(repeating: "a ", count: 1000), limit: 10).words.count == 10)
  }
}
