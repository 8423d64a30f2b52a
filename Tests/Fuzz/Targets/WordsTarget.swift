import Embedding
import Foundation

/// A text on its way to the embedding model, up to the words that the vocabulary is asked for.
enum WordsTarget {
  static func read(_ input: Data) throws {
    let split = TextWords(String(decoding: input, as: UTF8.self))
    var end = 0
    var texts: [String] = []
    for case .text(let range) in split.words {
      try require(range.lowerBound == end && !range.isEmpty, "the words do not lie side by side")
      end = range.upperBound
      let word = String(decoding: split.bytes[range], as: UTF8.self)
      try require(Array(word.utf8) == Array(split.bytes[range]), "a word is no UTF-8")
      try require((1...100).contains(word.unicodeScalars.count), "a word has \(word.unicodeScalars.count) characters")
      try require(!word.utf8.contains { (0x41...0x5A).contains($0) || $0 <= 0x20 }, "a word is not normalized")
      texts.append(word)
    }
    try require(end == split.bytes.count, "bytes that belong to no word")
    let again = TextWords(texts.joined(separator: " "))
    try require(again.bytes == split.bytes, "words are not words again")
  }
}
