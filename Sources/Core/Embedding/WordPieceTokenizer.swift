/// The tokenizer of BERT, uncased: a text becomes the tokens of the model's vocabulary.
///
/// It gives the tokens of Hugging Face's `tokenizers` 0.23.3 for every text, including those of unassigned characters.
public struct WordPieceTokenizer: Sendable {
  private let header: WeightsHeader
  private let vocabulary: Vocabulary

  init(_ file: WeightsFile) {
    header = file.header
    vocabulary = Vocabulary(file)
  }

  /// Opens the vocabulary in a file of weights.
  public init(file path: String) throws(EmbeddingError) { self.init(try WeightsFile(path)) }

  /// Returns the tokens of a text between the tokens `[CLS]` and `[SEP]`.
  /// - Parameter limit: the largest number of tokens, at least 2; the rest of the text is left out.
  public func tokens(of text: String, limit: Int = 256) -> [Int32] {
    // Each word has a token, so words beyond the limit have no effect.
    let limit = max(limit, 2)
    let split = TextWords(text, limit: limit)
    var tokens = [header.start]
    tokens.reserveCapacity(min(limit, split.words.count + split.words.count / 2 + 2))
    split.bytes.withUnsafeBufferPointer { bytes in
      for word in split.words {
        if tokens.count >= limit - 1 { break }
        switch word {
        case .text(let range): append(UnsafeBufferPointer(rebasing: bytes[range]), to: &tokens)
        case .tooLong: tokens.append(header.unknown)
        case .special(let special): tokens.append(token(of: special))
        }
      }
    }
    if tokens.count > limit - 1 { tokens.removeLast(tokens.count - limit + 1) }
    tokens.append(header.end)
    return tokens
  }

  /// Appends the pieces of a word, the longest first; a word with an unknown piece is unknown as a whole.
  private func append(_ word: UnsafeBufferPointer<UInt8>, to tokens: inout [Int32]) {
    let first = tokens.count
    var start = 0
    while start < word.count {
      guard let piece = vocabulary.longestPiece(word, from: start) else {
        tokens.removeLast(tokens.count - first)
        tokens.append(header.unknown)
        return
      }
      tokens.append(piece.token)
      start = piece.end
    }
  }

  private func token(of special: TextWords.Special) -> Int32 {
    switch special {
    case .padding: header.padding
    case .unknown: header.unknown
    case .start: header.start
    case .end: header.end
    case .mask: header.mask
    }
  }
}
