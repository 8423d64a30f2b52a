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

  /// A number of the header, by its place, and what is wrong about it.
  @Test(
    "A header with a right checksum is refused, too, if the file is not as it says",
    .enabled(if: ModelUnderTest.path != nil, "\(ModelUnderTest.reason)"),
    arguments: [
      (136, 1, "sections"), (144, 4, "sections"), (152, 2, "sections"), (160, 1, "sections"), (168, 2, "sections"),
      (152, 4_194_304, "sections"), (168, 23_437_312, "sections"), (176, 4096, "45575680"), (84, 1, "shape"),
      (88, 6, "shape"), (124, 30_522, "sections"),
    ])
  func wrongHeader(_ place: Int, _ more: UInt32, _ detail: String) throws {
    var bytes = try real(4096)
    func number(_ place: Int) -> UInt32 { (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << (8 * $1) } }
    func put(_ number: UInt32, at place: Int) {
      for index in 0..<4 { bytes[place + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
    }
    put(number(place) + more, at: place)
    put(CRC32.of(bytes.dropLast(4)), at: 4092)
    bytes.append(Data(count: 45_571_584 - 4096))
    #expect(try error(of: bytes)?.detail.contains(detail) == true)
  }

  /// The checksum of gzip.
  private enum CRC32 {
    static func of(_ bytes: Data) -> UInt32 {
      ~bytes.reduce(UInt32.max) { sum, byte in
        (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
      }
    }
  }
}
