import Testing
import Text

@Suite("Percent-encoding")
struct PercentEncodingTests {
  @Test("Every byte that is not unreserved is escaped in upper case")
  func encodes() {
    #expect(PercentEncoding.encode("Az09-._~") == "Az09-._~")
    #expect(PercentEncoding.encode("a b+ü=/*'()!@:") == "a%20b%2B%C3%BC%3D%2F%2A%27%28%29%21%40%3A")
    #expect(PercentEncoding.encode("a//b ü/", keeping: "/") == "a//b%20%C3%BC/")
    for byte in UInt8.min...UInt8.max {
      var escape: [UInt8] = []
      PercentEncoding.append(byte, to: &escape)
      #expect(
        String(decoding: escape, as: UTF8.self) == (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true))
    }
  }

  @Test("Decoding reverses encoding")
  func decodes() {
    let text = "plain /+=&%25 ü 日本 \u{1}"
    #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
    #expect(PercentEncoding.decodeStrictly(PercentEncoding.encode(text)) == text)
    #expect(PercentEncoding.decode("a+b%2Bc%c3%bc", plusIsSpace: true) == "a b+cü")
    #expect(PercentEncoding.decode("a+b") == "a+b")
  }

  @Test("A percent sign that begins no escape stands for itself", arguments: ["%", "%4", "a%zz", "100%"])
  func lenient(text: String) {
    #expect(PercentEncoding.decode(text) == text)
  }

  @Test(
    "Strict decoding refuses a percent sign that begins no escape, and bytes that are not UTF-8",
    arguments: ["%", "%4", "a%zz", "100%", "%+1", "%C3", "%C3%28", "a%FF"])
  func strict(text: String) {
    #expect(PercentEncoding.decodeStrictly(text) == nil)
  }
}
