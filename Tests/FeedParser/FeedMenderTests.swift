import Contracts
import JSON
import Processing
import Testing

@testable import FeedParser

@Suite("Feeds that are not XML")
struct FeedMenderTests {
  private func title(_ item: String) throws -> String? {
    try FeedParserTests.parse(FeedParserTests.rss("<item>\(item)</item>")).records.first?.fields["title"]?.string
  }

  @Test(
    "What the author meant is read, with a warning",
    arguments: [
      ("<title>A&nbsp;&eacute;&rsquo;s</title>", "A é’s"), ("<title>AT&T & co</title>", "AT&T & co"),
      ("<title>1 < 2 > 0</title>", "1 < 2 > 0"), ("<title>a\u{8}b&#8;c</title>", "abc"),
      ("<title>a\u{FFFE}b</title>", "ab"),
      ("<title>a<br>b</title>", "ab"), ("<title>a <b>c</title>", "a c"), ("<title>a</b>b</title>", "ab"),
      ("<title type=html lang>a</title>", "a"), ("<title a='1' a='2'>a</title>", "a"),
      ("<title>a ]]> b</title>", "a ]]> b"),
      ("<title>a -- <!-- b -- c --> d</title>", "a -- d"), ("<title>&unknown; &amp;</title>", "&unknown; &"),
    ])
  func mends(item: String, expected: String) throws {
    #expect(try title(item) == expected)
    let result = try FeedParserTests.parse(FeedParserTests.rss("<item>\(item)</item>"))
    #expect(result.warnings.count == 1)
    #expect(result.warnings.first?.reason.hasSuffix("It was mended") == true)
  }

  @Test("Entries that are not closed, text around the document and a cut last tag")
  func structure() throws {
    let text = "\n oops <rss version=2.0><channel><item><guid>1</guid><item><guid>2</guid></channel></rss> tail <x>"
    #expect(try FeedParserTests.values("id", text) == [#""1""#, #""2""#])
    #expect(try FeedParserTests.values("id", "<rss><channel><item><guid>1</guid></item></channel></rss") == [#""1""#])
  }

  @Test("A feed that ends too early is refused: its other entries would be missing")
  func cut() throws {
    let text = FeedParserTests.rss("<item><guid>1</guid></item><item><guid>2</guid></item>")
    for length in [text.utf8.count - 60, text.utf8.count - 20, text.utf8.count - 8] {
      let error = #expect(throws: PipelineError.self) {
        try FeedParserTests.parser().parse(FeedParserTests.body(Array(text.utf8.prefix(length))))
      }
      #expect(error?.name == .sourceChanged)
      #expect(error?.message.contains("ends within its element") == true)
    }
  }

  @Test("Entities of the document are characters at most, and nothing is fetched")
  func entities() throws {
    let plain = "<!DOCTYPE rss [<!ENTITY me 'Ana'><!ENTITY far SYSTEM 'file:///etc/hostname'>]>"
    #expect(try FeedParserTests.values("title", "\(plain)<rss><item><title>&me;!</title></item></rss>") == [#""Ana!""#])
    let bomb = "<!DOCTYPE rss [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'><!ENTITY far SYSTEM 'file:///etc/hostname'>]>"
    for name in ["b", "far"] {
      let error = #expect(throws: PipelineError.self) {
        try FeedParserTests.parse("\(bomb)<rss><item><title>&\(name);</title></item></rss>")
      }
      #expect(error?.message.contains("entity '\(name)'") == true)
    }
    let long = "<!DOCTYPE rss [<!ENTITY a '\(String(repeating: "a", count: 64))'>]>"
    let many = String(repeating: "&a;", count: 20_000)
    #expect(throws: PipelineError.self) {
      try FeedParserTests.parse("\(long)<rss><item><title>\(many)</title></item></rss>")
    }
    let external =
      "<!DOCTYPE rss PUBLIC '-//N//DTD' 'http://127.0.0.1:9/rss.dtd'><rss><item><title>&eacute;</title></item></rss>"
    #expect(try FeedParserTests.values("title", external) == [#""é""#])
  }

  @Test("Mending changes nothing in a feed that is XML")
  func harmless() throws {
    let feed = FeedParserTests.rss(
      "<!-- c --><item a='1'><title>A &amp; &#233; &lt;b> \"q\"</title><description><![CDATA[<p>x & y</p>]]></description>"
        + "<link>https://x/?a=1&amp;b=2</link><media:content url='https://x/?a=1&amp;b=&quot;'/></item>")
    let mended = String(decoding: try FeedMender.mend(Array(feed.utf8)), as: UTF8.self)
    #expect(try FeedParserTests.parse(mended).records == FeedParserTests.parse(feed).records)
    #expect(try FeedParserTests.parse(feed).warnings.isEmpty)
  }
}
