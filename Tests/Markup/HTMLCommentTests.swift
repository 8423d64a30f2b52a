import Markup
import Testing

struct HTMLCommentTests {
  @Test(
    "A comment ends where it ends for a browser",
    arguments: [
      "<!-->", "<!--->", "<!---->", "<!-- c -->", "<!-- c --!>", "<!----!>", "<!-- a -- b -->", "<!-- <!-- -->",
      "<!--[if IE]>no<![endif]-->", "<!--->", "<!-- a > b -->", "<!------>", "<!x>", "<!>", "<?php no ?>", "<?>",
      "</ no>", "</3>", "</>", "<![CDATA[no]]>", "<!DOCTYPE html>", "<!doctype>", "<!-- > -- ->-->", "<!---!>-->",
    ])
  func ends(comment: String) throws {
    #expect(try makeNode("<p id=x>a\(comment)b</p>").text == "ab")
    #expect(try makeDocument("\(comment)<p>x</p>").first(XPath("//p"))?.text == "x")
  }

  @Test("An unclosed comment hides the rest of the page", arguments: ["<!--", "<!-- c", "<!-- -- >", "<!---"])
  func unclosed(comment: String) throws {
    #expect(try makeDocument("<p>a\(comment)b</p><p>c</p>").root?.text == "a")
  }

  @Test("What looks like a comment in a script or a style belongs to it", arguments: ["script", "style"])
  func inScript(name: String) throws {
    let page = "<p>a</p><\(name)><!--</\(name)><p>b</p><\(name)>--></\(name)><p>c</p>"
    #expect(try makeDocument(page).nodes(XPath("//p")).map(\.text) == ["a", "b", "c"])
  }

  @Test("A script within a comment of a script does not end it")
  func escapedScript() throws {
    let page = "<script><!-- <script>a</script> b --></script><p>c</p>"
    #expect(try makeDocument(page).first(XPath("//p"))?.text == "c")
    let unclosed = "<script><!-- <script>a</script> b </script><p>c</p>"
    #expect(try makeDocument(unclosed).first(XPath("//p"))?.text == "c")
  }

  @Test("A lone < is text")
  func lessThan() throws {
    #expect(try makeNode("<p id=x>1 < 2 <3 <</p>").text == "1 < 2 <3 <")
    #expect(try makeDocument("<p>x<").root?.text == "x<")
    #expect(try makeDocument("<p>x</").root?.text == "x</")
  }

  @Test("CDATA in SVG is text")
  func cdata() throws {
    #expect(try makeNode("<svg id=x><text><![CDATA[a <b> & ]]></text></svg>").text == "a <b> &")
  }
}
