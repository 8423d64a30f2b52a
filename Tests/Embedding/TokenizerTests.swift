import Embedding
import Foundation
import Testing

@Suite("Tokens", .enabled(if: ModelUnderTest.path != nil, "\(ModelUnderTest.reason)"))
struct TokenizerTests {
  private let tokenizer: WordPieceTokenizer

  init() throws { tokenizer = try WordPieceTokenizer(file: ModelUnderTest.file()) }

  @Test("are those of Hugging Face's tokenizers, for texts of many kinds")
  func golden() throws {
    for expected in try ModelUnderTest.golden() {
      #expect(tokenizer.tokens(of: expected.text) == expected.tokens, "\(expected.text.debugDescription)")
    }
  }

  /// `Golden/make-vectors` forms the same texts, and the same digest.
  @Test("are those of Hugging Face's tokenizers, for texts with the characters of Unicode")
  func characters() throws {
    let digests = String(decoding: try ModelUnderTest.fixture("characters.txt"), as: UTF8.self).split(separator: "\n")
    #expect(digests.count == 0x110000 / 4096)
    for (block, expected) in digests.enumerated() {
      let numbers = (UInt32(block) * 4096..<UInt32(block + 1) * 4096).filter { $0 < 0x20000 || $0 % 16 == 0 }
      let texts = numbers.compactMap(Unicode.Scalar.init).map {
        "a\($0) \($0)b\u{8D4}\($0)\u{8D3}\($0)\u{34F}\u{8D3}x\($0)\u{7FD}"
      }
      var digest: UInt64 = 0xCBF2_9CE4_8422_2325
      for text in texts {
        for token in tokenizer.tokens(of: text) { digest = (digest ^ UInt64(token)) &* 0x100_0000_01B3 }
      }
      #expect(digest == UInt64(expected, radix: 16), "the characters from U+\(String(block * 4096, radix: 16)) on")
    }
  }

  @Test("are cut at the limit", arguments: [2, 3, 10, 256])
  func limit(_ limit: Int) {
    let text = String(repeating: "zydeco bounce ", count: 200)
    let tokens = tokenizer.tokens(of: text, limit: limit)
    #expect(tokens.count == limit)
    #expect(tokens.first == 101 && tokens.last == 102)
    #expect(tokens.dropLast() == tokenizer.tokens(of: text, limit: 1000).prefix(limit - 1))
  }

  @Test("of a megabyte take no longer than those of the part that counts")
  func long() {
    let text = String(repeating: "music ", count: 200_000) + String(repeating: "x", count: 1_000_000)
    #expect(tokenizer.tokens(of: text).count == 256)
    #expect(tokenizer.tokens(of: String(repeating: "x", count: 1_000_000)) == [101, 100, 102])
  }

  @Test("of a word with an unknown piece are one")
  func unknown() {
    #expect(tokenizer.tokens(of: "jazz\u{1F3BA}jazz") == [101, 100, 102])
    #expect(tokenizer.tokens(of: String(repeating: "a", count: 101)) == [101, 100, 102])
    #expect(tokenizer.tokens(of: String(repeating: "a", count: 100)).count > 3)
  }
}
