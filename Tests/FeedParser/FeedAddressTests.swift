import Testing

@testable import FeedParser

/// The examples of RFC 3986, 5.4, and what feeds have.
@Suite("Links of feeds")
struct FeedAddressTests {
  @Test(
    "A link is resolved as RFC 3986 says",
    arguments: [
      ("g:h", "g:h"), ("g", "http://a/b/c/g"), ("./g", "http://a/b/c/g"), ("g/", "http://a/b/c/g/"),
      ("/g", "http://a/g"),
      ("//g", "http://g"), ("?y", "http://a/b/c/d;p?y"), ("g?y", "http://a/b/c/g?y"), ("#s", "http://a/b/c/d;p?q#s"),
      ("g#s", "http://a/b/c/g#s"), (";x", "http://a/b/c/;x"), ("", "http://a/b/c/d;p?q"), (".", "http://a/b/c/"),
      ("..", "http://a/b/"), ("../g", "http://a/b/g"), ("../..", "http://a/"), ("../../g", "http://a/g"),
      ("../../../g", "http://a/g"), ("/./g", "http://a/g"), ("/../g", "http://a/g"), ("g.", "http://a/b/c/g."),
      ("./g/.", "http://a/b/c/g/"), ("g/../h", "http://a/b/c/h"), ("g?y/../x", "http://a/b/c/g?y/../x"),
      (" g\n", "http://a/b/c/g"),
    ])
  func examples(link: String, expected: String) {
    #expect(FeedAddress.resolve(link, against: "http://a/b/c/d;p?q") == expected)
  }

  @Test("A base may be missing, relative, without a path, or nothing that is a place")
  func bases() {
    #expect(FeedAddress.resolve("a/b", against: nil) == "a/b")
    #expect(FeedAddress.resolve("a", against: "/x/y") == "/x/a")
    #expect(FeedAddress.resolve("a", against: "https://h") == "https://h/a")
    #expect(FeedAddress.resolve("a", against: "urn:uuid:1") == "a")
    #expect(FeedAddress.isWeb("HTTPS://h") && !FeedAddress.isWeb("s3://b/k") && !FeedAddress.isWeb("/x/feed.xml"))
  }
}
