/// A vector in the text form of pgvector, `[0.1,-0.2,…]`. Both sides write the shortest digits that give the same number
/// again, so that a vector is the same after any number of conversions.
enum EmbeddingVector {
  static let dimensions = 384
  /// The cosine of two vectors of one text, made by two builds of the model, is above this; that of two texts below.
  static let sameText: Float = 0.9999

  static func text(_ vector: [Float]) -> String {
    "[" + vector.map(\.description).joined(separator: ",") + "]"
  }

  /// Returns the numbers; nil if the text is not a vector.
  static func numbers(_ text: String) -> [Float]? {
    guard text.hasPrefix("["), text.hasSuffix("]") else { return nil }
    let parts = text.dropFirst().dropLast().split(separator: ",")
    let numbers = parts.compactMap { Float($0) }
    return numbers.count == parts.count ? numbers : nil
  }

  static func isSame(_ one: String, as other: String) -> Bool {
    guard let one = numbers(one), let other = numbers(other), one.count == other.count else { return false }
    var (product, square, otherSquare): (Float, Float, Float) = (0, 0, 0)
    for (a, b) in zip(one, other) {
      product += a * b
      square += a * a
      otherSquare += b * b
    }
    return product >= sameText * (square * otherSquare).squareRoot() && product > 0
  }
}
