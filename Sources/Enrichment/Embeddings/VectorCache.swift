/// The vectors of the texts that this run has met, so that each text is embedded once. Events repeat: the same artist plays
/// at the same place every week.
struct VectorCache {
  /// 384 numbers take 5 KB as text.
  static let capacity = 1000

  private var vectors: [String: String] = [:]

  subscript(hash: String) -> String? {
    get { vectors[hash] }
    set {
      if vectors.count >= Self.capacity, vectors[hash] == nil { vectors.removeAll(keepingCapacity: true) }
      vectors[hash] = newValue
    }
  }
}
