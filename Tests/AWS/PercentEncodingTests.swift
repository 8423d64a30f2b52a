import Testing

@testable import AWS

@Suite struct PercentEncodingTests {
  @Test func everyByteButTheUnreservedIsEncodedInUpperCase() {
    #expect(PercentEncoding.encode("Az09-._~") == "Az09-._~")
    #expect(PercentEncoding.encode("a b+ü=/*'()!@:") == "a%20b%2B%C3%BC%3D%2F%2A%27%28%29%21%40%3A")
    #expect(PercentEncoding.encode("a//b ü/", keepingSlash: true) == "a//b%20%C3%BC/")
  }

  @Test func decodingIsTheWayBack() {
    let text = "plain /+=&%25 ü 日本 \u{1}"
    #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
    #expect(PercentEncoding.decode("a+b%2Bc%c3%bc", plusIsSpace: true) == "a b+cü")
    #expect(PercentEncoding.decode("a+b") == "a+b")
  }

  @Test(arguments: ["%", "%4", "a%zz", "100%"])
  func aPercentThatBeginsNoEscapeStandsForItself(text: String) {
    #expect(PercentEncoding.decode(text) == text)
  }
}
