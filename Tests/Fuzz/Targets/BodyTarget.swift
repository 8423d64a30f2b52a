import Compression
import Foundation

/// The first byte chooses a Content-Encoding; the rest is read as a body with it, and as a text that is compressed, cut
/// and padded.
enum BodyTarget {
  private static let headers = ["gzip", "deflate", "gzip, gzip", "deflate, gzip", "x-gzip", "identity", "br", "utf-8"]
  private static let limit = 256 << 10

  static func read(_ input: Data) throws {
    guard let first = input.first else { return }
    let header = headers[Int(first) % headers.count]
    let body = Data(input.dropFirst())
    do {
      let content = try ContentCodings(header).decode(body, maximumBytes: limit)
      try require(content.count <= max(limit, body.count), "\(header): \(content.count) bytes")
      try require(!ContentCodings(header).isEmpty || content == body, "\(header): a body without coding has changed")
    } catch let error as CompressionError {
      try require(error.kind != .library, "\(header): \(error)")
    }
    _ = ContentCodings(String(decoding: body.prefix(100), as: UTF8.self))
    try readText(body, cut: Int(first))
  }

  /// A text comes back whole, padding does no harm, and a cut is always noticed.
  private static func readText(_ text: Data, cut: Int) throws {
    let gzip = ContentCodings("gzip")
    let compressor = try GzipCompressor()
    for effort in [GzipCompressor.Effort.none, .standard] {
      let member = try compressor.member(of: text, effort: effort)
      try require(try gzip.decode(member + Data(count: cut), maximumBytes: text.count) == text, "a padded text changes")
      try require(
        try gzip.decode(member + member, maximumBytes: text.count * 2) == text + text, "two members are not both read")
      let end = 1 + cut % (member.count - 1)
      do {
        _ = try gzip.decode(member.prefix(end), maximumBytes: text.count)
        throw FuzzTarget.Violation(description: "\(end) of \(member.count) bytes are taken for a whole body")
      } catch let error as CompressionError {
        try require(error.kind == .truncated, "\(end) of \(member.count) bytes: \(error)")
      }
    }
  }
}
