import TestSupport
import Testing

@testable import JSON

@Suite("Decimal numbers")
struct DecimalNumberTests {
  private func number(_ text: String) throws -> DecimalNumber { try #require(DecimalNumber(text), "\(text)") }

  @Test("are equal whatever their spelling, and keep every digit")
  func values() throws {
    for (text, value) in [
      ("1.50", "1.5"), ("15e-1", "1.5"), ("0.00", "0"), ("-0", "0"), ("1E+3", "1000"), ("007", "7"), ("1e-3", "0.001"),
      ("-12.340e1", "-123.4"), ("12345678901234567890.1", "12345678901234567890.1"),
    ] {
      #expect(try number(text).text == value && number(text) == number(value), "\(text)")
    }
  }

  @Test("are refused in any other form, and with places that would fill the memory")
  func refused() {
    for text in [
      "", "-", ".5", "5.", "+1", "1,5", "1e", "1e+", "1e5.5", "0x10", " 1", "NaN", "1e999999999", "-1e-99999",
    ] {
      #expect(DecimalNumber(text) == nil, "\(text)")
    }
    #expect(DecimalNumber("1e1000") == nil && DecimalNumber("1e999") != nil)
    #expect(DecimalNumber("1e-1001") == nil && DecimalNumber("1e-1000") != nil)
  }

  @Test("say how many places they have, and which integer they are")
  func places() throws {
    #expect(try number("120.05").wholePlaces == 3 && number("120.05").decimalPlaces == 2)
    #expect(try number("0.001").wholePlaces == 0 && number("0.001").decimalPlaces == 3)
    #expect(try number("1.2e3").integer == 1200 && number("1.5").integer == nil && number("0.0").integer == 0)
    #expect(try number("-9223372036854775808").integer == .min && number("9223372036854775808").integer == nil)
  }

  @Test("lose their fraction, towards zero")
  func truncation() throws {
    for (text, whole) in [
      ("3.9", "3"), ("-3.9", "-3"), ("0.99", "0"), ("-0.5", "0"), ("100", "100"), ("1.05e1", "10"), ("1e-400", "0"),
    ] {
      #expect(try number(text).truncated == number(whole), "\(text)")
    }
  }

  @Test("compare as numbers do", arguments: 0..<200)
  func comparison(seed: Int) throws {
    var random = SplitMix(seed: UInt64(seed))
    func number() -> (Int, String) {
      let value = Int.random(in: -100_000...100_000, using: &random)
      let digits = String(value.magnitude)
      let padded = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      return (value, "\(value < 0 ? "-" : "")\(padded.dropLast(3)).\(padded.suffix(3))")
    }
    let (left, right) = (number(), number())
    let (leftNumber, rightNumber) = (try self.number(left.1), try self.number(right.1))
    #expect((leftNumber < rightNumber) == (left.0 < right.0) && (leftNumber == rightNumber) == (left.0 == right.0))
  }
}
