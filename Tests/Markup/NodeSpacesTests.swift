import Markup
import Testing

struct NodeSpacesTests {
  @Test(
    "Every kind of white space becomes one space",
    arguments: [
      "\u{09}", "\u{0A}", "\u{0B}", "\u{0C}", "\u{85}", "\u{A0}", "\u{1680}", "\u{2000}", "\u{2007}", "\u{2009}",
      "\u{200A}", "\u{2028}", "\u{2029}", "\u{202F}", "\u{205F}", "\u{3000}", " \u{202F}\u{3000} ",
    ])
  func spaces(space: String) throws {
    #expect(try makeNode("<p id=x>\(space)7:00\(space)pm\(space)</p>").text == "7:00 pm")
  }

  @Test(
    "Characters that show nothing are left out",
    arguments: [
      "\u{AD}", "\u{61C}", "\u{180E}", "\u{200B}", "\u{200E}", "\u{200F}", "\u{202A}", "\u{202E}", "\u{2060}",
      "\u{2064}", "\u{2066}", "\u{2069}", "\u{FEFF}", "\u{200E}\u{200B}",
    ])
  func invisible(character: String) throws {
    #expect(try makeNode("<p id=x>\(character)Big\(character) \(character)Al\(character)</p>").text == "Big Al")
    #expect(try makeNode("<p id=x>\(character)</p>").lines == [])
  }

  @Test(
    "Their neighbours stay",
    arguments: ["Â©Ø", "‐–—‰", "\u{A9}", "ع", "ሀ", "、。", "ﬁ", "\u{2065}", "a\u{200D}b", "می\u{200C}خواهم", "👩🏽‍🎤"])
  func neighbours(text: String) throws {
    #expect(try makeNode("<p id=x>\(text)</p>").text == text)
  }

  @Test("Invisible characters between spaces do not double the space")
  func between() throws {
    #expect(try makeNode("<p id=x>a \u{200B} \u{FEFF}&nbsp;b</p>").text == "a b")
  }
}
