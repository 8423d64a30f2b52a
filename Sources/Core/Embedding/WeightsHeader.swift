import CEmbedding

/// The first 4096 bytes of the file of weights: README.md has the format. All numbers are little-endian.
struct WeightsHeader: Sendable {
  /// The reason why a header is refused.
  struct Refused: Error {
    let kind: EmbeddingError.Kind
    let detail: String
  }

  static let size = 4096
  /// The multiple at which sections begin.
  static let alignment = 4096
  /// The only version of the format that this module reads.
  static let format = 1
  static let layers = 6
  static let inner = 4 * EMBEDDING_WIDTH
  private static let magic = Array("FVMINILM".utf8)

  /// The name of the model and of its conversion, which is stored beside each vector.
  let version: String
  let vocabulary: Int
  /// The number of pieces that begin a word, and of those that continue one.
  let pieces: (first: Int, later: Int)
  let unknown: Int32
  let start: Int32
  let end: Int32
  let padding: Int32
  let mask: Int32
  let parameters: Int
  let matrices: Int
  let firstPieces: Range<Int>
  let laterPieces: Range<Int>
  /// The word embeddings: a row for each token.
  let words: Range<Int>

  init(_ bytes: UnsafeRawBufferPointer) throws(Refused) {
    func word(_ offset: Int) -> Int {
      Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }
    func place(_ index: Int) -> Int {
      let offset = bytes.loadUnaligned(fromByteOffset: 136 + 8 * index, as: UInt64.self)
      return Int(truncatingIfNeeded: UInt64(littleEndian: offset))
    }
    guard bytes.prefix(8).elementsEqual(Self.magic) else {
      throw Refused(kind: .foreign, detail: "is no file of weights")
    }
    guard word(8) == Self.format else {
      throw Refused(kind: .unsupported, detail: "has format \(word(8)), and this program reads format \(Self.format)")
    }
    guard word(Self.size - 4) == Int(Self.checksum(bytes.prefix(Self.size - 4))) else {
      throw Refused(kind: .damaged, detail: "is damaged: the checksum of its header is wrong")
    }
    guard bytes.count == place(5) else {
      throw Refused(kind: .damaged, detail: "is damaged: it has \(bytes.count) bytes, not \(place(5))")
    }
    version = String(decoding: bytes[16..<80].prefix { $0 != 0 }, as: UTF8.self)
    let shape = (1...6).map { word(80 + 4 * $0) }
    let width = EMBEDDING_WIDTH
    let expected = [
      width, Self.layers, EMBEDDING_HEADS, Self.inner, EMBEDDING_TOKENS,
      EMBEDDING_PANEL,
    ]
    guard shape == expected else {
      throw Refused(kind: .unsupported, detail: "has a model of shape \(shape), and this program reads \(expected)")
    }
    let vocabulary = word(80)
    self.vocabulary = vocabulary
    pieces = (word(108), word(112))
    let special = (0..<5).map { Int32(truncatingIfNeeded: word(116 + 4 * $0)) }
    (padding, unknown, start, end, mask) = (special[0], special[1], special[2], special[3], special[4])
    let places = (0...5).map(place)
    (parameters, matrices) = (places[0], places[1])
    let lengths = [
      4 * WeightsLayout.parameters, 2 * WeightsLayout.matrices, 6 * pieces.first + 4, 6 * pieces.later + 4,
      2 * vocabulary * width,
    ]
    // Numbers are read where they lie, and pages are given back whole.
    guard places[0] >= Self.size, places.dropLast().allSatisfy({ $0 % Self.alignment == 0 }),
      special.allSatisfy({ (0..<vocabulary).contains(Int($0)) }),
      zip(places, places.dropFirst()).allSatisfy({ $0 <= $1 }),
      zip(lengths, zip(places, places.dropFirst())).allSatisfy({ $0 <= $1.1 - $1.0 })
    else { throw Refused(kind: .damaged, detail: "is damaged: its sections do not fit") }
    (firstPieces, laterPieces) = (places[2]..<places[3], places[3]..<places[4])
    words = places[4]..<places[5]
  }

  /// Returns the CRC-32 of gzip.
  private static func checksum(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt32 {
    var sum = UInt32.max
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
