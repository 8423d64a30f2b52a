import Foundation
import Testing

@testable import Compression

struct GzipCompressorTests {
  @Test("A member that is smaller than its content is made, and one that is not is left")
  func smaller() throws {
    let compressor = try GzipCompressor()
    var generator = SystemRandomNumberGenerator()
    let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let text = Array(String(repeating: "a line of text\n", count: 10_000).utf8)
    // One after another: what does not fit must leave nothing behind.
    for _ in 0..<2 {
      for content in [noise, Array("short".utf8), [0], []] { #expect(try compressor.smallerMember(of: content) == nil) }
      let member = try #require(try compressor.smallerMember(of: text))
      #expect(member.count < 2000)
      #expect(try compressor.member(of: Data(text)) == Data(member))
      let read = try ContentCodings("gzip").decode(Data(member), maximumBytes: 1 << 20)
      #expect(read == Data(text))
    }
  }
}
