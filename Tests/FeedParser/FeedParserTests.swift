import Contracts
import Definitions
import JSON
import Processing
import Testing

@testable import FeedParser

@Suite("Feeds")
struct FeedParserTests {
  static func parser(encoding: String? = nil, timezone: String? = nil) throws -> FeedParser {
    var values: [(String, Section.Value)] = []
    if let encoding { values.append(("encoding", .scalar(encoding))) }
    if let timezone { values.append(("timezone", .scalar(timezone))) }
    return try FeedParser(section: Section(plugin: "feed", values: values, place: "dataset.yaml:9: parse"))
  }

  static func body(_ bytes: [UInt8], charset: String? = nil) -> RawBody {
    RawBody(bytes, charset: charset, address: "https://x.example/news/rss.xml", origin: "urn:uuid:1")
  }

  static func parse(_ text: String, timezone: String? = nil) throws -> Records {
    try parser(timezone: timezone).parse(body(Array(text.utf8)))
  }

  /// A feed around items.
  static func rss(_ items: String) -> String {
    """
    <?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"
      xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:a="http://www.w3.org/2005/Atom"
      xmlns:slash="urn:slash"><channel><title>T</title><a:author><name>Nobody</name></a:author>\(items)</channel></rss>
    """
  }

  static func atom(_ entries: String, base: String = "") -> String {
    "<feed xmlns='http://www.w3.org/2005/Atom' \(base)><title>T</title><id>urn:f</id>\(entries)</feed>"
  }

  /// The values of a field, as JSON.
  static func values(_ field: String, _ text: String) throws -> [String] {
    try parse(text).records.map { $0.fields[field]?.text ?? "absent" }
  }

  @Test(
    "RSS's identity and link",
    arguments: [
      ("<guid>https://x/1</guid>", "https://x/1", "https://x/1"),
      ("<guid isPermaLink='false'>g</guid><link> /a?b=1&amp;c </link>", "g", "https://x.example/a?b=1&c"),
      ("<guid isPermaLink='FALSE'>g</guid>", "g", nil), ("<link>https://x/2</link>", "https://x/2", "https://x/2"),
      ("<link/><a:link rel='alternate' href='3'/>", "https://x.example/news/3", "https://x.example/news/3"),
      ("<link></link><guid/>", nil, nil),
      ("<media:link>https://x/no</media:link><GUID>https://x/4</GUID>", "https://x/4", "https://x/4"),
    ])
  func identity(item: String, id: String?, link: String?) throws {
    let record = try #require(try Self.parse(Self.rss("<item>\(item)</item>")).records.first)
    #expect(record.fields["id"]?.string == id)
    #expect(record.fields["link"]?.string == link)
    #expect((record.fields["hash"]?.string?.utf8.count == 32) == (id == nil))
    #expect(record.origin == "urn:uuid:1#0")
  }

  @Test("An entry without an id is known by what it says")
  func hash() throws {
    let texts = [
      "<title>A</title>", "<title>B</title>", "<title>A</title>", "<title>A</title><description>A</description>",
    ]
    let hashes = try Self.values("hash", Self.rss(texts.map { "<item>\($0)</item>" }.joined()))
    #expect(hashes[0] == hashes[2])
    #expect(Set(hashes).count == 3)
  }

  @Test(
    "Names count by their namespace (F20)",
    arguments: [
      ("title", "<media:title>no</media:title><title>yes</title>", #""yes""#),
      ("title", "<itunes:title>no</itunes:title>", "null"), ("title", "<dc:title>d</dc:title>", #""d""#),
      ("summary", "<itunes:summary>i</itunes:summary><description>d</description>", #""d""#),
      ("author", "<dc:creator> A &amp; B </dc:creator>", #""A & B""#), ("author", "<title>t</title>", "null"),
      ("author", "<dc:creator>d</dc:creator><author>e@x (E)</author>", #""e@x (E)""#),
      (
        "categories", "<category>a</category><category/><dc:subject>b</dc:subject><media:category>c</media:category>",
        #"["a","b"]"#
      ),
      ("content", "<content:encoded><![CDATA[<p>x</p>]]></content:encoded>", #""<p>x</p>""#),
      ("image", "<media:group><media:thumbnail url='t.png'/></media:group>", #""https://x.example/news/t.png""#),
      ("image", "<enclosure url='https://x/p' type='image/png' length='3'/>", #""https://x/p""#),
      (
        "enclosures", "<enclosure url='https://x/a' type='audio/mpeg' length='3'/>",
        #"[{"url":"https://x/a","type":"audio/mpeg","length":3}]"#
      ),
      ("source", "<source url='https://y/rss'>Y</source>", #"{"title":"Y","link":"https://y/rss","author":null}"#),
      ("other", "<slash:c>7</slash:c><slash:d/><slash:c>8</slash:c>", #"{"slash:c":["7","8"]}"#),
      ("other", "<title>t</title>", "absent"),
    ])
  func namespaces(field: String, item: String, expected: String) throws {
    #expect(try Self.values(field, Self.rss("<item>\(item)</item>")) == [expected])
  }

  @Test(
    "Texts are lines, and summaries HTML",
    arguments: [
      ("title", "<title>A &lt;b>bold&lt;/b> &amp;amp;\n\u{A0} t</title>", #""A bold & t""#),
      ("title", "<title>A <i>b</i></title>", #""A b""#), ("title", "<title> <![CDATA[ ]]> </title>", "null"),
      ("summary", "<description>1 &lt;i>2&lt;/i></description>", #""1 <i>2</i>""#),
      ("summary", "<description>1 <p>2 &amp; <img src='a'/></p></description>", #""1 <p>2 &amp; <img src=\"a\"></p>""#),
      ("summary", "<description/>", "null"),
    ])
  func texts(field: String, item: String, expected: String) throws {
    #expect(try Self.values(field, Self.rss("<item>\(item)</item>")) == [expected])
  }

  @Test("RSS 1.0's items are beside the channel, and their address is their id")
  func rdf() throws {
    let text = """
      <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="c"><title>T</title><items><rdf:Seq>
        <rdf:li rdf:resource="1"/></rdf:Seq></items></channel><image><title>no</title></image>
        <item rdf:about="https://r/1"><title>A</title><link>https://r/1?x</link><dc:date>2021-05-04</dc:date></item>
        <textinput><title>no</title></textinput></rdf:RDF>
      """
    let record = try #require(try Self.parse(text).records.first)
    #expect(try Self.parse(text).records.count == 1)
    #expect(record.fields["id"] == "https://r/1" && record.fields["link"] == "https://r/1?x")
    #expect(record.fields["published"] == "2021-05-04T00:00:00Z")
  }

  @Test(
    "What is no feed is refused by its name",
    arguments: [
      "<html><body/></html>", "<opml/>", "<CHANNEL><ITEM/></CHANNEL>", "", " \n", "{}", "<?xml version='1.0'?>",
    ])
  func noFeed(text: String) throws {
    let error = #expect(throws: PipelineError.self) { try Self.parse(text) }
    #expect(error?.name == .sourceChanged)
    #expect(error?.message.contains("https://x.example/news/rss.xml") == true)
  }

  @Test("A feed without entries has no records, and festvibes shows what it is")
  func structure() throws {
    #expect(try Self.parse(Self.rss("")).records.isEmpty)
    let structure = try Self.parser().structure(
      of: Self.body(Array(Self.rss("<item><pubDate>soon</pubDate></item>").utf8)))
    #expect(structure.object?["format"] == "RSS 2.0")
    #expect(structure.object?["title"] == "T")
    #expect(structure.object?["record_count"]?.text == "1")
    #expect(structure.object?["warnings"]?.text == #"["its date cannot be read: 'soon'"]"#)
  }

  @Test("An entry that is too large costs only itself, and deep elements are refused")
  func limits() throws {
    let large = "<item><guid>big</guid>\(String(repeating: "<x/>", count: 20_001))</item>"
    let result = try Self.parse(Self.rss("<item><guid>1</guid></item>\(large)<item><guid>2</guid></item>"))
    #expect(result.records.map { $0.fields["id"] } == ["1", "2"])
    #expect(result.records.map(\.origin) == ["urn:uuid:1#0", "urn:uuid:1#2"])
    #expect(result.rejected.map(\.key) == ["big"])
    let deep = String(repeating: "<x>", count: 300) + String(repeating: "</x>", count: 300)
    let error = #expect(throws: PipelineError.self) { try Self.parse(Self.rss("<item>\(deep)</item>")) }
    #expect(error?.message.contains("256") == true)
  }
}
