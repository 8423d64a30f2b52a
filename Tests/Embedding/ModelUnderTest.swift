import Embedding
import Foundation
import TestSupport

/// The file of weights on this machine, and the expected results of sentence-transformers.
enum ModelUnderTest {
  /// `EMBEDDING_WEIGHTS`, or what `make weights` makes; nil without it.
  static let path: String? = {
    if let path = ProcessInfo.processInfo.environment["EMBEDDING_WEIGHTS"], !path.isEmpty { return path }
    let made = SourceFiles.root.appending(path: ".local/weights/all-MiniLM-L6-v2.fp16").path
    return FileManager.default.fileExists(atPath: made) ? made : nil
  }()
  static let reason = "the model's weights are missing: run make weights, or set EMBEDDING_WEIGHTS"

  /// A text with its tokens.
  struct Golden: Decodable {
    let text: String
    let tokens: [Int32]
  }

  struct Missing: Error {}

  static func golden() throws -> [Golden] {
    try JSONDecoder().decode([Golden].self, from: fixture("golden.json"))
  }

  /// The vectors of `golden`.
  static func vectors() throws -> [[Float]] {
    let numbers = try fixture("vectors.f32").withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
      }
    }
    return stride(from: 0, to: numbers.count, by: EmbeddingModel.dimensions).map {
      Array(numbers[$0..<$0 + EmbeddingModel.dimensions])
    }
  }

  static func fixture(_ name: String) throws -> Data {
    guard let folder = Bundle.module.url(forResource: "Fixtures", withExtension: nil) else { throw Missing() }
    return try Data(contentsOf: folder.appending(path: name))
  }

  static func file() throws -> String {
    guard let path else { throw Missing() }
    return path
  }
}

/// Returns the cosine of the angle between two vectors.
func cosine(_ first: [Float], _ second: [Float]) -> Double {
  var (product, squares, otherSquares) = (0.0, 0.0, 0.0)
  for (number, other) in zip(first, second) {
    product += Double(number) * Double(other)
    squares += Double(number) * Double(number)
    otherSquares += Double(other) * Double(other)
  }
  return product / (squares * otherSquares).squareRoot()
}
