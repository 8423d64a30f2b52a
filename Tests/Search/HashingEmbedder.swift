import Contracts
import Enrichment

/// A model for tests: each word is a direction, and a text is the sum of its words. Texts are alike by the words that they
/// have in common.
struct HashingEmbedder: TextEmbedder {
  let version = "hashing-1"

  func embed(_ text: String) -> [Float] {
    var vector = [Float](repeating: 0, count: 384)
    for word in text.lowercased().split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      // FNV-1a, which is the same in every process.
      let hash = word.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
      vector[Int(hash % 384)] += 1
    }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return length == 0 ? [1] + [Float](repeating: 0, count: 383) : vector.map { $0 / length }
  }
}
