import Markup
import Testing

struct CharacterReferenceTests {
  @Test(
    "References are decoded as a browser decodes them",
    arguments: [
      ("&#146;&#147;&#148;&#150;&#x80;&#x99;", "’“”–€™"), ("&#129;", "\u{81}"), ("&#159;&#160;&#161;", "Ÿ ¡"),
      ("&starf;&rsquor;&NotEqualTilde;&fjlig;", "★’≂\u{338}fj"), ("a&nbsp b", "a b"), ("&copy Co", "© Co"),
      ("&copyCo &notit; &notin; &not;", "©Co ¬it; ∉ ¬"), ("&amp;amp; &AMP &LT;", "&amp; & <"),
      ("&#0;&#xD800;&#x110000;&#99999999999999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
      ("&#65 &#x41 &#x41g &#X41;", "A A Ag A"), ("&;&&# &#; &#x; &#xg; &x", "&;&&# &#; &#x; &#xg; &x"),
      ("&nosuch; &nosuch &star &starf", "&nosuch; &nosuch &star &starf"), ("R&B &am", "R&B &am"),
      ("&CounterClockwiseContourIntegral;", "∳"), ("&zwnj;x&zwj;", "\u{200C}x\u{200D}"), ("&Tab;a&NewLine;", "a"),
      ("&semi;&comma;&equals;&AElig;&AElig", ";,=ÆÆ"), ("&Aacute&eacute", "Áé"), ("&am<b>p;</b>", "&amp;"),
    ])
  func text(html: String, shown: String) throws {
    #expect(try makeNode("<p id=x>\(html)</p>").text == shown)
  }

  @Test(
    "In an attribute a name without semicolon may be a part of an address",
    arguments: [
      ("?a=1&copy=2&lt=3&amp;b=4", "?a=1&copy=2&lt=3&b=4"), ("?a&copy2&notit", "?a&copy2&notit"),
      ("&copy &copy; &copy", "© © ©"), ("&starf;&#146;&#x80", "★’€"), ("x&", "x&"),
    ])
  func attribute(html: String, value: String) throws {
    #expect(try makeNode("<a id=x title='\(html)'>y</a>").attribute("title") == value)
    #expect(try makeNode("<a id=x title=\"\(html)\">y</a>").attribute("title") == value)
  }

  @Test("A title and a text area are decoded, a script and a style are not")
  func rawText() throws {
    #expect(try makeNode("<textarea id=x>&eacute;<b>&lt;</textarea>").text == "é<b><")
    #expect(try makeNode("<script id=x>a &lt; b</script>").text == "a &lt; b")
    let title = try makeDocument("<title>A &ndash; B <!-- c --></title>").first(XPath("//title"))
    #expect(title?.text == "A – B <!-- c -->")
  }
}
