import Testing
import Text

@Suite("Collections")
struct CollectionTests {
  @Test(
    "Trimming removes matching elements at both ends, and none between",
    arguments: [("", ""), (" \t ", ""), ("a", "a"), (" a  b\t", "a  b"), ("\r\n a\u{A0}", "a")])
  func trimming(text: String, expected: String) {
    #expect(text.trimming(while: \.isWhitespace) == expected[...])
  }

  @Test("Bytes are trimmed by the caller's own idea of white space")
  func bytes() {
    let bytes = Array("\r a \t".utf8)
    #expect(Array(bytes.trimming(while: \.isHTTPSpace)) == Array("\r a".utf8))
    #expect(Array(bytes.trimming { $0 <= 0x20 }) == Array("a".utf8))
  }

  @Test("Each element keeps the place where it occurs first")
  func uniqued() {
    #expect([3, 1, 3, 2, 1].uniqued() == [3, 1, 2])
    #expect([Int]().uniqued().isEmpty)
  }
}
