import JSON
import Testing

@testable import FeedParser

@Suite("Atom feeds")
struct FeedAtomTests {
  private func value(_ field: String, _ entry: String, base: String = "", feed: String = "") throws -> String? {
    try FeedParserTests.values(field, FeedParserTests.atom("\(feed)<entry>\(entry)</entry>", base: base)).first
  }

  @Test(
    "The link is the first alternate, against the nested base",
    arguments: [
      (
        "<link rel='self' href='s'/><link rel='enclosure' href='e'/><link href='1'/><link href='2'/>",
        "https://a.example/b/1"
      ),
      ("<link rel='Alternate' href='/x?y#z'/>", "https://a.example/x?y#z"),
      ("<link xml:base='c/' href='../d'/>", "https://a.example/b/d"), ("<link href='//h/p'/>", "https://h/p"),
      ("<link href=''/><link href='https://other/'/>", "https://other/"), ("<link rel='related' href='r'/>", nil),
    ])
  func links(entry: String, expected: String?) throws {
    let found = try value("link", entry, base: "xml:base='https://a.example/b/'")
    #expect(found == expected.map { JSONValue.string($0).text } ?? "null")
  }

  @Test(
    "A text is what its type says",
    arguments: [
      ("<summary>a &lt;b&gt; &amp;amp;</summary>", #""a &lt;b&gt; &amp;amp;""#),
      ("<summary type='html'>a &lt;b&gt;c&lt;/b&gt;</summary>", #""a <b>c</b>""#),
      (
        "<summary type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>X <em a='1'>y</em><br/></p></div></summary>",
        #""<p>X <em a=\"1\">y</em><br></p>""#
      ),
      ("<summary type='text/html' mode='base64'>PGI+eDwvYj4=</summary>", #""<b>x</b>""#),
      ("<summary type='image/png'>AAAA</summary>", "null"),
    ])
  func types(entry: String, expected: String) throws { #expect(try value("summary", entry) == expected) }

  @Test(
    "Titles are lines of text",
    arguments: [
      ("<title>a &lt;b> c</title>", #""a <b> c""#),
      ("<title type='html'>a &lt;b>c&lt;/b> &amp;eacute;</title>", #""a c é""#),
      ("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>X <b>y</b></div></title>", #""X y""#),
    ])
  func titles(entry: String, expected: String) throws { #expect(try value("title", entry) == expected) }

  @Test("The author is the entry's, else the feed's, but not that of another feed")
  func authors() throws {
    let feed = "<author><name>Feed</name></author>"
    #expect(try value("author", "<author><name>Ana</name><email>a@x</email></author>", feed: feed) == #""Ana""#)
    #expect(try value("author", "<author><email>a@x</email></author>", feed: feed) == #""a@x""#)
    #expect(try value("author", "<title>t</title>", feed: feed) == #""Feed""#)
    let source = "<source><title>O</title><author><name>Other</name></author></source>"
    #expect(try value("author", source, feed: feed) == "null")
    #expect(try value("source", source, feed: feed) == #"{"title":"O","link":null,"author":"Other"}"#)
  }

  @Test("Dates, categories, ids and files of an entry")
  func fields() throws {
    #expect(try value("published", "<updated>2024-05-03T00:00:00Z</updated>") == #""2024-05-03T00:00:00Z""#)
    #expect(try value("published", "<published>2024-05-01T10:00:00+02:00</published>") == #""2024-05-01T08:00:00Z""#)
    #expect(try value("updated", "<published>2024-05-01T10:00:00Z</published>") == "null")
    #expect(try value("categories", "<category term='x' label='X'/><category label='no'/>") == #"["x"]"#)
    #expect(try value("id", "<id> urn:1 </id><link href='https://l/'/>") == #""urn:1""#)
    #expect(
      try value("enclosures", "<link rel='enclosure' href='https://l/a' length='x'/>")
        == #"[{"url":"https://l/a","type":null,"length":null}]"#)
  }

  @Test("Atom 0.3, a feed without a namespace and a single entry are read")
  func forms() throws {
    let old = """
      <feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title mode="escaped" type="text/html">a &lt;b>c&lt;/b></title>
      <issued>2003-12-13T08:29:29-04:00</issued><modified>2003-12-14T00:00:00Z</modified></entry></feed>
      """
    #expect(try FeedParserTests.values("title", old) == [#""a c""#])
    #expect(try FeedParserTests.values("published", old) == [#""2003-12-13T12:29:29Z""#])
    #expect(try FeedParserTests.values("updated", old) == [#""2003-12-14T00:00:00Z""#])
    #expect(try FeedParserTests.values("id", "<feed><entry><id>1</id></entry></feed>") == [#""1""#])
    #expect(
      try FeedParserTests.values("id", "<entry xmlns='http://www.w3.org/2005/Atom'><id>1</id></entry>") == [#""1""#])
  }
}
