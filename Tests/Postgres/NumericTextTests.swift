import Foundation
import TestSupport
import Testing

@testable import Postgres

/// Beside them `ValueTests` compares with the server's own texts.
@Suite("The text of a numeric")
struct NumericTextTests {
  private func text(_ words: [Int], cutting count: Int = 0) -> String? {
    let bytes = words.flatMap { [UInt8(truncatingIfNeeded: $0 >> 8), UInt8(truncatingIfNeeded: $0)] }.dropLast(count)
    return Array(bytes).withUnsafeBytes { bytes in
      NumericText(bytes).map { $0.withUTF8 { String(decoding: $0, as: UTF8.self) } }
    }
  }

  @Test("The digits, their power of 10,000, the sign and the decimals are the number")
  func digits() {
    #expect(text([2, 0, 0, 2, 12, 3400]) == "12.34")
    #expect(text([1, -1, 0x4000, 5, 12]) == "-0.00120")
    #expect(text([1, 2, 0, 0, 7]) == "700000000")
    #expect(text([0, 0, 0, 0]) == "0")
    #expect(text([0, 0, 0, 3]) == "0.000")
    #expect(text([0, 0, 0xC000, 0]) == "NaN")
  }

  @Test("Other bytes are no number")
  func others() {
    #expect(text([]) == nil)
    #expect(text([0, 0, 0]) == nil)
    #expect(text([2, 0, 0, 2, 12]) == nil)
    #expect(text([1, 0, 0, 2, 12, 3400]) == nil)
    #expect(text([1, 0, 0, 2, 12], cutting: 1) == nil)
    #expect(text([1, 0, 0x1234, 2, 12]) == nil)
  }

  @Test("Any header and any digits are a text or none, and nothing is written beside it")
  func anything() {
    var random = SplitMix(seed: 7)
    for _ in 0..<2000 {
      let digits = (0..<Int.random(in: 0...5, using: &random)).map { _ in Int.random(in: 0...0xFFFF, using: &random) }
      let sign = [0, 0x4000, 0xC000, 0xD000, 0xF000][Int.random(in: 0..<5, using: &random)]
      let (weight, decimals) = (Int.random(in: -40...40, using: &random), Int.random(in: 0...90, using: &random))
      let words = [digits.count, weight, sign, decimals] + digits
      #expect(text(words).map { Double($0) != nil } == true, "\(words)")
    }
    // A zero, four characters for each power of 10,000, the point, the decimals.
    #expect(text([0, 0x7FFF, 0, 0xFFFF])?.utf8.count == 196_605)
  }
}
