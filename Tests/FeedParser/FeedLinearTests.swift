import Contracts
import Foundation
import TestSupport
import Testing

@testable import FeedParser

/// Compares the times of two sizes: another machine, or a busy one, changes both.
@Suite("Hostile feeds take linear time")
struct FeedLinearTests {
  /// The seconds that this thread computes for a feed, whether it is read or refused; the less of two measurements.
  private func seconds(_ text: String) -> Double {
    let bytes = Array(text.utf8)
    return (0..<2).map { _ in
      ProcessorTime.of { _ = try? FeedParserTests.parser().parse(FeedParserTests.body(bytes)) } / .seconds(1)
    }.min() ?? 0
  }

  /// Four times as much text may take eight times as long. Quadratic time would be sixteen times as long.
  private func expectLinear(_ feed: (_ size: Int) -> String) {
    let (small, large) = (seconds(feed(50_000)), seconds(feed(200_000)))
    #expect(large < 8 * small + 0.1, "\(small) s became \(large) s")
  }

  private func repeated(_ part: String, _ size: Int) -> String {
    String(repeating: part, count: size / part.utf8.count)
  }

  @Test(
    "Markup that does not end, or ends where it should not",
    arguments: [
      "<", "<!--", "<![CDATA[", "<a ", "</a", "</", "&a", "&#", "&amp", "<a b='", "<a b=\"\" c=\"", "<a b='' c='",
      "<a b=\"'\" c='\"", "<a b=\"' c='\"", "<a b=c d='", "<a\"", "<a>", "<a/>", "<!DOCTYPE [", "<!DOCTYPE a '",
      "<!ENTITY", "<!a", "<?", "]]>", "-->", "<item><guid>", "<!-- a --", "<![CDATA[ ]]", "<?a ?",
    ])
  func markup(part: String) {
    expectLinear { "<rss>" + repeated(part, $0) }
    expectLinear { "<rss><item><title>" + repeated(part, $0) + "</title></item></rss>" }
    expectLinear { "<rss><item><a b=\"" + repeated(part, $0) + "\"/></item></rss>" }
  }

  @Test("Declared entities", arguments: ["<!ENTITY", "<!ENTITY ", "<!ENTITY a '", "<!ENTITY a \"'", "<!ENTITY a 'b'>"])
  func entities(part: String) {
    expectLinear { "<!DOCTYPE rss [" + repeated(part, $0) + "]><rss>&</rss>" }
    expectLinear { repeated("<!DOCTYPE rss [\(part)]>", $0) + "<rss>&</rss>" }
  }

  @Test("HTML in a text", arguments: ["&lt;a b=\"\" c=\"", "&lt;!--", "&lt;script>", "&amp;eacute", "&amp;#"])
  func html(part: String) {
    expectLinear { "<rss><item><title>" + repeated(part, $0) + "</title></item></rss>" }
    expectLinear { "<rss><item><description>" + repeated(part, $0) + "</description></item></rss>" }
  }

  @Test("Addresses that each element would repeat")
  func addresses() {
    let long = { (size: Int) in "http://x/" + repeated("a/", size) }
    for part in ["<item><link>b</link></item>", "<b xml:base='b'/>", "<item><enclosure url='b'/></item>"] {
      expectLinear { "<rss xml:base='\(long($0 / 2))'>" + repeated(part, $0 / 2) + "</rss>" }
      expectLinear { "<rss xml:base='\(long(1000))'>" + repeated(part, $0) + "</rss>" }
    }
    expectLinear { "<rss xmlns:q='\(long($0 / 2))'>" + repeated("<item><q:a/></item>", $0 / 2) + "</rss>" }
    let others = (0..<17).map { "xmlns:n\($0)='\($0)' " }.joined()
    expectLinear {
      "<rss \(others) xmlns:q='\(long($0 / 2))'><item>" + (0..<17).map { "<n\($0):a/>" }.joined() + "</item>"
        + repeated("<item><q:a/></item>", $0 / 2) + "</rss>"
    }
  }

  @Test("An address that links are resolved against has a limit")
  func base() throws {
    let feed = { (size: Int) in
      "<rss xml:base='http://x/\(repeated("a", size))/'><item><link>b</link></item></rss>"
    }
    #expect(try FeedParserTests.parse(feed(1000)).records.first?.fields["link"]?.string?.hasSuffix("a/b") == true)
    let error = #expect(throws: PipelineError.self) { try FeedParserTests.parse(feed(1020)) }
    #expect(error?.name == .sourceChanged)
    #expect(error?.message.contains("xml:base is an address of more than 1024 bytes") == true)
  }

  @Test("Names and dates of which each is another one")
  func different() {
    let numbered = { (size: Int, part: (Int) -> String) in
      (0..<(size / part(9999).utf8.count)).map(part).joined()
    }
    expectLinear { size in "<rss \(numbered(8 * size) { "a\($0)='' " })><item/></rss>" }
    expectLinear { size in "<rss \(numbered(size) { "xmlns:a\($0)='a\($0)' " })><item/></rss>" }
    expectLinear { size in "<rss><item>\(numbered(size) { "<updated>a\($0)</updated>" })</item></rss>" }
    expectLinear { size in "<rss><item>\(numbered(size) { "<q:a\($0)>a</q:a\($0)>" })</item></rss>" }
  }

  @Test("An element with more than 10,000 attributes is mended: those behind the 64th go")
  func attributes() throws {
    let feed = { (count: Int) in
      "<rss \((0..<count).map { "a\($0)='=' " }.joined())><channel><item><guid>1</guid></item></channel></rss>"
    }
    #expect(try FeedParserTests.parse(feed(9_000)).warnings.isEmpty)
    let result = try FeedParserTests.parse(feed(10_001))
    #expect(result.records.count == 1)
    #expect(result.warnings.first?.reason.contains("an element has more than 10000 attributes") == true)
  }

  @Test("A tag that does not end takes none of the tags behind it with it")
  func open() throws {
    let cut = "<rss><channel><item><guid>1</guid></item></channel></rss>"
    #expect(try FeedParserTests.values("id", cut + "<a b='' c='") == [#""1""#])
    let scanner = FeedScanner(Array("<a b='' c='<d e='f='><g h='x".utf8))
    #expect(Array(names(scanner)) == ["d"])
  }

  private func names(_ scanner: FeedScanner) -> [String] {
    var (scanner, names) = (scanner, [String]())
    while let piece = scanner.next() {
      if case .start(let name, _, _) = piece { names.append(String(decoding: name, as: UTF8.self)) }
    }
    return names
  }
}
