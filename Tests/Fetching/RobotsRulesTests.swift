import ScrapingSupport
import Testing

@testable import Fetching

@Suite("Rules of robots.txt")
struct RobotsRulesTests {
  private func rules(_ text: String, for agent: String = "festvibes-etl/1.0 (nightly)") -> RobotsRules {
    RobotsRules(Array(text.utf8), userAgent: agent)
  }

  @Test("An empty file allows everything, and so does a missing one")
  func empty() {
    #expect(rules("") == .none)
    #expect(RobotsRules.none.allows("/anything?x=1"))
  }

  @Test(
    "The longest matching rule decides; of two equally long ones, the one that allows",
    arguments: [
      ("/fish", true), ("/fish/salmon", false), ("/fish/salmon/wild", true), ("/Fish/salmon", true),
      ("/tie/a", true), ("/page?sort=1", false), ("/page", true), ("/a/b.gif", false), ("/a/b.gif?x", true),
      ("/robots.txt", true), ("/whole", false), ("/wholes", true),
    ])
  func longest(path: String, isAllowed: Bool) {
    let rules = rules(
      """
      User-agent: *
      Disallow: /fish/
      Allow: /fish/salmon/wild
      Disallow: /tie
      Allow: /tie
      Disallow: /*?sort=
      Disallow: /*.gif$
      Disallow: /robots.txt
      Allow: /whole
      Disallow: /whole$
      """)
    #expect(rules.allows(path) == isAllowed)
  }

  @Test("A group with our own name replaces the general group, and several such groups are merged")
  func groups() {
    let text = """
      User-agent: other
      User-agent: FestVibes-ETL/2
      Disallow: /one
      Crawl-delay: 1.5

      User-agent: *
      Disallow: /
      Crawl-delay: 30
      Sitemap: https://example.org/sitemap.xml
      User-agent: festvibes-etl
      Disallow: /two
      """
    let ours = rules(text)
    #expect(["/", "/one", "/two"].map(ours.allows) == [true, false, false])
    #expect(ours.crawlDelay == .milliseconds(1500))
    let general = rules(text, for: "another")
    #expect(!general.allows("/"))
    #expect(general.crawlDelay == .seconds(30))
  }

  @Test("A Crawl-delay between two agents does not separate them: the rules apply to both")
  func delayAmongAgents() {
    let rules = rules("User-agent: festvibes-etl\nCrawl-delay: 10\nUser-agent: *\nDisallow: /private\n")
    #expect(["/private", "/x"].map(rules.allows) == [false, true])
    #expect(rules.crawlDelay == .seconds(10))
  }

  @Test("The whole name is compared: a name that begins or ends like ours is another one")
  func names() {
    let rules = rules("User-agent: festvibes\nDisallow: /\nUser-agent: my-festvibes-etl\nDisallow: /")
    #expect(rules.allows("/"))
  }

  @Test("An empty Disallow forbids nothing, and lines before the first group are ignored")
  func harmless() {
    #expect(rules("Disallow: /\nUser-agent: *\nDisallow:\n").allows("/x"))
  }

  @Test("All line ends, a byte order mark, comments, spaces and unknown lines are accepted")
  func spelling() {
    let text = "\u{FEFF}# robots\r\nUSER-AGENT : * # all\rdisallow\t:/a # not this\nNoise\n: x\nDisAllow: /b \r\n"
    #expect(["/a", "/b", "/c"].map(rules(text).allows) == [false, false, true])
  }

  @Test(
    "Addresses are compared in one spelling",
    arguments: [
      ("/caf\u{e9}", "/caf%C3%A9"), ("/caf%c3%a9", "/caf\u{e9}"), ("/%61bc", "/abc"), ("/a%2Fb", "/a%2fb"),
      ("/a b", "/a%20b"), ("/100%", "/100%"), ("/%2A.html", "/*.html"), ("/%24", "/$"), ("/$x", "/%24x"),
      ("/foo?u=http://a", "/foo?u=http%3a%2F%2Fa"), ("/foo?u=http%3A%2F%2Fa", "/foo?u=http://a"),
    ])
  func encodings(rule: String, path: String) {
    #expect(!rules("User-agent: *\nDisallow: \(rule)").allows(path))
  }

  @Test("An encoded slash of a path is not a slash, and an encoded star or dollar sign stands for itself")
  func encodedSigns() {
    #expect(rules("User-agent: *\nDisallow: /a/b").allows("/a%2Fb"))
    #expect(rules("User-agent: *\nDisallow: /a%2A").allows("/abc"))
    #expect(rules("User-agent: *\nDisallow: /a%24").allows("/a"))
  }

  @Test(
    "A malformed Crawl-delay is ignored, and an absurd one counts as an hour",
    arguments: [("-1", nil), ("soon", nil), ("nan", nil), ("0", .zero), ("10", .seconds(10)), ("1e9", .seconds(3600))]
      as [(String, Duration?)])
  func delays(text: String, delay: Duration?) {
    #expect(rules("User-agent: *\nCrawl-delay: \(text)").crawlDelay == delay)
  }

  @Test("A pattern of many stars takes at most its length times the address's length")
  func manyStars() {
    let rules = rules("User-agent: *\nDisallow: /" + String(repeating: "*a", count: 2000) + "b$")
    #expect(rules.allows("/" + String(repeating: "a", count: 8000)))
  }

  @Test("Text beyond 500 KiB is ignored, and garbage does no harm")
  func garbage() {
    let long = "User-agent: *\nDisallow: /a\n#" + String(repeating: "x", count: 500 << 10) + "\nDisallow: /b\n"
    #expect(["/a", "/b"].map(rules(long).allows) == [false, true])
    // The limit is after the slash of the last line.
    let start = "User-agent: *\nDisallow: /a\n#"
    let end = "\nDisallow: /"
    let cut = start + String(repeating: "x", count: (500 << 10) - start.utf8.count - end.utf8.count) + end
    #expect(["/a", "/c"].map(rules(cut + "b\n").allows) == [false, true])
    #expect(["/a", "/c"].map(rules(cut).allows) == [false, false])
    var state: UInt64 = 1
    for _ in 0..<200 {
      let bytes = (0..<300).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1
        return UInt8(truncatingIfNeeded: state >> 33)
      }
      _ = RobotsRules(Array("User-agent: *\nDisallow:".utf8) + bytes, userAgent: "x").allows("/x")
    }
  }
}
