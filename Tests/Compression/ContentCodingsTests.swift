import Foundation
import Testing

@testable import Compression

/// Bodies with content codings: whole, cut, padded and damaged ones.
struct ContentCodingsTests {
  private static let text = Data((0..<4000).map { "line \($0 % 97)\n" }.joined().utf8)
  private static let gzip = Result { try GzipCompressor().member(of: text) }
  private let limit = 1 << 20

  private func gzip(_ text: Data) throws -> Data { try GzipCompressor().member(of: text) }

  /// Compression without gzip's header and trailer: `raw`, or with zlib's.
  private func deflate(_ text: Data, zlib: Bool) throws -> Data {
    let raw = try gzip(text).dropFirst(10).dropLast(8)
    guard zlib else { return Data(raw) }
    var (a, b) = (1 as UInt32, 0 as UInt32)
    for byte in Array(text) {
      a = (a + UInt32(byte)) % 65_521
      b = (b + a) % 65_521
    }
    return Data([0x78, 0x9C]) + raw + withUnsafeBytes(of: (b << 16 | a).bigEndian) { Data($0) }
  }

  private func decode(_ header: String, _ body: Data) throws -> Data {
    try ContentCodings(header).decode(body, maximumBytes: limit)
  }

  private func failure(_ header: String, _ body: Data, limit: Int? = nil) -> CompressionError.Kind? {
    do throws(CompressionError) {
      _ = try ContentCodings(header).decode(body, maximumBytes: limit ?? self.limit)
      return nil
    } catch { return error.kind }
  }

  @Test("A whole body of each coding is decoded", arguments: ["gzip", "x-gzip", " GZIP ", "\"gzip\""])
  func whole(header: String) throws {
    #expect(try decode(header, gzip(Self.text)) == Self.text)
  }

  @Test("Deflate is a zlib stream, or one without its header")
  func deflate() throws {
    #expect(try decode("deflate", deflate(Self.text, zlib: true)) == Self.text)
    #expect(try decode("deflate", deflate(Self.text, zlib: false)) == Self.text)
    #expect(try decode("x-deflate", deflate(Data(), zlib: false)) == Data())
  }

  @Test("Several codings are removed in the reverse order")
  func several() throws {
    #expect(try decode("deflate, gzip", gzip(deflate(Self.text, zlib: true))) == Self.text)
    #expect(try decode("gzip,identity,gzip", gzip(gzip(Self.text))) == Self.text)
    #expect(try decode("gzip, gzip", gzip(Self.text)) == Self.text, "the header is repeated, the coding is not")
    #expect(try failure("gzip, gzip", gzip(Self.text).dropLast(9)) == .truncated)
    #expect(try failure("gzip, gzip", gzip(gzip(Self.text).dropLast(9))) == .truncated)
    #expect(failure("gzip,gzip,gzip,gzip,gzip", try gzip(Self.text)) == .unsupported)
  }

  @Test("A gzip body that ends early is truncated, wherever it ends")
  func cutGzip() throws {
    let body = try gzip(Self.text)
    for end in 1..<body.count { #expect(failure("gzip", body.prefix(end)) == .truncated, "\(end) bytes") }
  }

  @Test("A deflate body that ends early is truncated, wherever it ends", arguments: [true, false])
  func cutDeflate(zlib: Bool) throws {
    let body = try deflate(Self.text, zlib: zlib)
    for end in 1..<body.count { #expect(failure("deflate", body.prefix(end)) == .truncated, "\(end) bytes") }
  }

  @Test("All members of a gzip body are one text, also with zeros between them")
  func members() throws {
    let (first, second) = (Self.text.prefix(10_000), Self.text.dropFirst(10_000))
    #expect(try decode("gzip", gzip(first) + gzip(second)) == Self.text)
    #expect(try decode("gzip", gzip(first) + Data(count: 512) + gzip(second) + Data(count: 7)) == Self.text)
  }

  @Test("A cut second member is truncated")
  func cutMember() throws {
    let (first, second) = (try gzip(Self.text), try gzip(Data("more".utf8)))
    for end in 1..<second.count { #expect(failure("gzip", first + second.prefix(end)) == .truncated) }
  }

  @Test("Padding after the stream is accepted", arguments: ["\0\0\0", "\r\n", "garbage", "\0\0x"])
  func padding(_ text: String) throws {
    #expect(try decode("gzip", gzip(Self.text) + Data(text.utf8)) == Self.text)
    #expect(try decode("deflate", deflate(Self.text, zlib: true) + Data(text.utf8)) == Self.text)
    #expect(try decode("deflate", deflate(Self.text, zlib: false) + Data(text.utf8)) == Self.text)
  }

  @Test(
    "Words that name no coding count as none",
    arguments: [
      "UTF-8", "none", "identity", "", ",", "utf8", "iso-8859-1", "text/html", "8bit", "binary", "None, utf-8",
    ])
  func noCoding(header: String) throws {
    #expect(ContentCodings(header).isEmpty)
    #expect(try decode(header, Self.text) == Self.text)
  }

  @Test("A coding that is not decoded is refused by its name", arguments: ["br", "zstd", "compress", "gzip, BR"])
  func unsupported(header: String) throws {
    let error = #expect(throws: CompressionError.self) { try decode(header, Self.text) }
    #expect(error?.kind == .unsupported)
    #expect(error?.detail.contains(header.lowercased().split(separator: " ").last ?? "") == true)
  }

  @Test("A body that is not compressed, or not rightly, is damaged")
  func damaged() throws {
    #expect(failure("gzip", Data("<html></html>".utf8)) == .damaged)
    #expect(failure("deflate", Data("<html></html>".utf8)) != nil)
    var body = try gzip(Self.text)
    body[body.count - 6] ^= 1
    #expect(failure("gzip", body) == .damaged, "the checksum")
    body = try gzip(Self.text)
    body[body.count / 2] ^= 0x55
    #expect([.damaged, .truncated].contains(failure("gzip", body)), "the data")
  }

  @Test("An empty body has no coding")
  func empty() throws {
    #expect(try decode("gzip", Data()) == Data())
    #expect(try decode("br", Data()) == Data())
    #expect(try decode("gzip", gzip(Data())) == Data())
  }

  @Test("Decompression stops at the limit")
  func bomb() throws {
    let bomb = try gzip(Data(count: 50 << 20))
    #expect(failure("gzip", bomb) == .tooLarge)
    #expect(failure("gzip, gzip", try gzip(bomb)) == .tooLarge)
    #expect(failure("gzip", try gzip(Self.text) + gzip(Self.text), limit: Self.text.count) == .tooLarge)
    #expect(failure("gzip", try gzip(Self.text), limit: Self.text.count) == nil)
  }

  @Test("Stored members hold the same content")
  func effort() throws {
    let compressor = try GzipCompressor()
    let stored = try compressor.member(of: Self.text, effort: .none)
    #expect(stored.count > Self.text.count && stored.count < Self.text.count + 100)
    #expect(try decode("gzip", stored) == Self.text)
    #expect(try compressor.member(of: Self.text) == gzip(Self.text), "the effort is that of one member")
  }
}
