import Foundation
import Redis

/// Reads the input as a server's bytes. The first byte gives the number of bytes that arrive at a time.
enum RedisTarget {
  static func read(_ input: Data) throws {
    guard let size = input.first else { return }
    let bytes = Data(input.dropFirst())
    let whole = try replies(to: bytes, piece: max(1, bytes.count))
    let pieces = try replies(to: bytes, piece: Int(size) + 1)
    try require(whole == pieces, "in pieces of \(Int(size) + 1) bytes it reads \(pieces), and as a whole \(whole)")
  }

  /// Returns the replies, followed by nil if they ended with an error.
  private static func replies(to bytes: Data, piece: Int) throws -> [RedisReply?] {
    var replies: [RedisReply?] = []
    do { try collect(bytes, piece, into: &replies) } catch is RedisError { replies.append(nil) }
    return replies
  }

  private static func collect(_ bytes: Data, _ piece: Int, into replies: inout [RedisReply?]) throws {
    let reader = try ReplyReader(maximumBytes: 1 << 10)
    for start in stride(from: 0, to: bytes.count, by: piece) {
      let part = [UInt8](bytes[start..<min(bytes.count, start + piece)])
      try part.withUnsafeBytes { try reader.feed($0) }
      while let reply = try reader.next() { replies.append(reply) }
    }
  }
}
