import Testing

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

@Suite("Rules of robots.txt")
struct RobotsRulesTests {
  private func rules(_ text: String, for agent: String = "festvibes-etl/1.0 (nightly)") -> RobotsRules {
    RobotsRules(Array(text.utf8), userAgent: agent)
  }

  @Test("an empty file, and none, allow everything")
  func empty() {
    #expect(rules("") == .none)
    #expect(RobotsRules.none.allows("/anything?x=1"))
  }

  @Test(
    "the longest rule that matches decides; of two as long, the one that allows",
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

  @Test("a group of our own name replaces the one for everybody, and several of it are one")
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
    let everybody = rules(text, for: "somebody")
    #expect(!everybody.allows("/"))
    #expect(everybody.crawlDelay == .seconds(30))
  }

  @Test("a Crawl-delay between two agents does not part them: the rules are for both")
  func delayAmongAgents() {
    let rules = rules("User-agent: festvibes-etl\nCrawl-delay: 10\nUser-agent: *\nDisallow: /private\n")
    #expect(["/private", "/x"].map(rules.allows) == [false, true])
    #expect(rules.crawlDelay == .seconds(10))
  }

  @Test("a name is compared whole: what begins or ends as ours is another's")
  func names() {
    let rules = rules("User-agent: festvibes\nDisallow: /\nUser-agent: my-festvibes-etl\nDisallow: /")
    #expect(rules.allows("/"))
  }

  @Test("an empty Disallow forbids nothing, and nothing comes of lines before the first group")
  func harmless() {
    #expect(rules("Disallow: /\nUser-agent: *\nDisallow:\n").allows("/x"))
  }

  @Test("every end of line, a byte order mark, comments, spaces and unknown lines are read")
  func spelling() {
    let text = "\u{FEFF}# robots\r\nUSER-AGENT : * # all\rdisallow\t:/a # not this\nNoise\n: x\nDisAllow: /b \r\n"
    #expect(["/a", "/b", "/c"].map(rules(text).allows) == [false, false, true])
  }

  @Test(
    "addresses are compared in one spelling",
    arguments: [
      ("/caf\u{e9}", "/caf%C3%A9"), ("/caf%c3%a9", "/caf\u{e9}"), ("/%61bc", "/abc"), ("/a%2Fb", "/a%2fb"),
      ("/a b", "/a%20b"), ("/100%", "/100%"), ("/%2A.html", "/*.html"), ("/%24", "/$"), ("/$x", "/%24x"),
      ("/foo?u=http://a", "/foo?u=http%3a%2F%2Fa"), ("/foo?u=http%3A%2F%2Fa", "/foo?u=http://a"),
    ])
  func encodings(rule: String, path: String) {
    #expect(!rules("User-agent: *\nDisallow: \(rule)").allows(path))
  }

  @Test("an encoded slash of a path is no slash, and an encoded star or dollar sign stands for itself")
  func encodedSigns() {
    #expect(rules("User-agent: *\nDisallow: /a/b").allows("/a%2Fb"))
    #expect(rules("User-agent: *\nDisallow: /a%2A").allows("/abc"))
    #expect(rules("User-agent: *\nDisallow: /a%24").allows("/a"))
  }

  @Test(
    "a Crawl-delay that is none is left out, and an absurd one is an hour",
    arguments: [("-1", nil), ("soon", nil), ("nan", nil), ("0", .zero), ("10", .seconds(10)), ("1e9", .seconds(3600))]
      as [(String, Duration?)])
  func delays(text: String, delay: Duration?) {
    #expect(rules("User-agent: *\nCrawl-delay: \(text)").crawlDelay == delay)
  }

  @Test("a pattern of many stars takes no longer than its length times the address's")
  func manyStars() {
    let rules = rules("User-agent: *\nDisallow: /" + String(repeating: "*a", count: 2000) + "b$")
    #expect(rules.allows("/" + String(repeating: "a", count: 8000)))
  }

  @Test("what is beyond 500 KiB is left out, and garbage harms nobody")
  func garbage() {
    let long = "User-agent: *\nDisallow: /a\n#" + String(repeating: "x", count: 500 << 10) + "\nDisallow: /b\n"
    #expect(["/a", "/b"].map(rules(long).allows) == [false, true])
    // The limit falls behind the slash of the last line.
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
