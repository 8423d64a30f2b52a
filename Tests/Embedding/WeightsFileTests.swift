import Embedding
import Foundation
import Testing

@Suite("Files of weights")
struct WeightsFileTests {
  /// Writes a file, and returns the error that opening it gives.
  private func error(of bytes: Data) throws -> EmbeddingError? {
    let file = FileManager.default.temporaryDirectory.appending(path: "weights-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    try bytes.write(to: file)
    return #expect(throws: EmbeddingError.self) { try EmbeddingModel(file: file.path) }
  }

  /// The first bytes of the real file.
  private func real(_ count: Int) throws -> Data {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: ModelUnderTest.file()))
    return try file.read(upToCount: count) ?? Data()
  }

  @Test("A missing file is named, with what makes it")
  func missing() {
    let error = #expect(throws: EmbeddingError.self) { try EmbeddingModel(file: "/no/such/file") }
    #expect(error?.kind == .missing)
    #expect("\(String(describing: error))".contains("/no/such/file"))
    #expect(error?.description.contains("make weights") == true)
  }

  @Test("A folder is refused")
  func folder() {
    #expect(throws: EmbeddingError.self) { try WordPieceTokenizer(file: "/tmp") }
  }

  @Test("An empty file and another file are refused")
  func foreign() throws {
    #expect(try error(of: Data())?.kind == .damaged)
    #expect(try error(of: Data(repeating: 7, count: 10_000))?.kind == .foreign)
  }

  @Test(
    "A truncated, changed or newer file is refused",
    .enabled(if: ModelUnderTest.path != nil, "\(ModelUnderTest.reason)"))
  func damaged() throws {
    #expect(try error(of: real(100))?.kind == .damaged)
    let truncated = try error(of: real(1_000_000))
    #expect(truncated?.kind == .damaged)
    #expect(truncated?.detail.contains("1000000 bytes") == true)
    for place in [17, 90, 150, 4095] {
      var bytes = try real(1_000_000)
      bytes[place] ^= 1
      #expect(try error(of: bytes)?.detail.contains("checksum") == true, "\(place)")
    }
    var newer = try real(1_000_000)
    newer[8] = 2
    #expect(try error(of: newer)?.kind == .unsupported)
  }
}
