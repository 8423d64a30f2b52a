import Foundation
import Testing

@testable import AWS

@Suite("S3's XML")
struct XMLElementTests {
  private func parse(_ text: String) -> XMLElement? { XMLElement(Data(text.utf8)) }

  @Test("Elements, text, references and CDATA are read")
  func reads() throws {
    let root = try #require(
      parse(
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <!-- a > comment -->
        <s3:List xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/" note='a>b'>
          <Key>a &amp; b &lt;c&gt; &quot;d&quot; &apos;e&apos; &#252; &#xFC;</Key>
          <Raw><![CDATA[<x> & ]] y]]></Raw>
          <Empty/><Also />
          <Prefix>one</Prefix><Prefix>two</Prefix>
        </s3:List>
        """))
    #expect(root.name == "List")
    #expect(root["Key"] == #"a & b <c> "d" 'e' ü ü"#)
    #expect(root["Raw"] == "<x> & ]] y")
    #expect(root["Empty"] == "")
    #expect(root["Also"] == "")
    #expect(root["Missing"] == nil)
    #expect(root.children.filter { $0.name == "Prefix" }.map(\.text) == ["one", "two"])
  }

  @Test(
    "A malformed document is refused",
    arguments: [
      "", " ", "text", "<a>", "<a><b></a></b>", "<a>&nbsp;</a>", "<a>&#xD800;</a>", "<a>&amp</a>", "<a>&#+65;</a>",
      "<a>&#x+41;</a>", "<a>&#-1;</a>", "<a>&#;</a>", "<a", "<a><!-- </a>",
      "<a><![CDATA[ </a>", "</a>", "<>x</>", "<a'>b'></a'>", "<a\"b\"></a\"b\">", "<a=b></a=b>",
      "<a\"\u{301}b\">x</a\"\u{301}b\">", "<a<b></a<b>",
      "<a b='></a>", "<!DOCTYPE a><a></a>", "<![CDATA[x]]>",
    ])
  func malformed(text: String) {
    #expect(parse(text) == nil)
  }

  @Test("A truncated document is refused")
  func truncated() {
    let whole = "<?xml version=\"1.0\"?><a x=\"1\"><b>&amp;c</b><![CDATA[d]]><!-- e --><f/></a>"
    #expect(parse(whole) != nil)
    for length in 0..<whole.utf8.count { #expect(XMLElement(Data(whole.utf8.prefix(length))) == nil, "\(length)") }
  }

  @Test("The depth is limited")
  func depth() {
    let text = String(repeating: "<a>", count: 100_000)
    #expect(parse(text) == nil)
  }
}
