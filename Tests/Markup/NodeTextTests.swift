import Markup
import Testing

struct NodeTextTests {
  @Test(
    "The text is the one that a browser shows",
    arguments: [
      ("\n        Big Joe Kennedy      ", "Big Joe Kennedy"),
      ("Sam Price & Friends", "Sam Price & Friends"),
      ("Sam Price &amp; Friends", "Sam Price & Friends"),
      ("R&B and B&W", "R&B and B&W"),
      ("a&amp;amp;b", "a&amp;b"),
      ("&quot;Big&quot; &#039;Al&#39; &lt;3", "\"Big\" 'Al' <3"),
      ("Caf&eacute; na&#xEF;ve &ldquo;x&rdquo; &mdash; &#128247;", "Café naïve “x” — 📷"),
      ("a&nbsp;b &nbsp; c&nbsp;", "a b c"),
      ("a\t\r\n\u{0C} b", "a b"),
      ("Doors<br>8pm<br/>Show", "Doors 8pm Show"),
      ("<b>Big</b><i>Al</i>", "BigAl"),
      ("one<div>two</div>three", "one two three"),
      ("seen<script>var a = 1 < 2</script><style>p {}</style><!-- no --> too", "seen too"),
      ("<noscript>turn it on</noscript>", ""),
      ("", ""),
    ])
  func text(html: String, shown: String) throws {
    #expect(try makeNode("<div id=x>\(html)</div>").text == shown)
  }

  @Test("The text of a script element itself is returned")
  func ownText() throws {
    #expect(try makeNode("<script id=x> a = 1 </script>").text == "a = 1")
  }

  @Test("Blocks and breaks split a text into lines, without empty ones")
  func lines() throws {
    let node = try makeNode(
      "<div id=x> lead <p>Doors <em>at</em> seven.</p><p> </p><ul><li>one<li>two</ul>line<br><br>break</div>")
    #expect(node.lines == ["lead", "Doors at seven.", "one", "two", "line", "break"])
  }

  @Test("Line feeds of preformatted text end lines where that is asked for, and nowhere else")
  func preformatted() throws {
    let node = try makeNode(
      "<div id=x>a\nb<pre>Monday\r\n  A.\n\n<b>Snatch\n5 x</b> 3</pre>c\nd<textarea>e\nf</textarea></div>")
    #expect(node.lines(keepingLineFeeds: true) == ["a b", "Monday", "A.", "Snatch", "5 x 3", "c de", "f"])
    #expect(node.lines(keepingLineFeeds: false) == ["a b", "Monday A. Snatch 5 x 3", "c de f"])
    #expect(node.lines == node.lines(keepingLineFeeds: false))
    let own = try makeNode("<pre id=x>a\nb</pre>")
    #expect(own.lines(keepingLineFeeds: true) == ["a", "b"])
  }

  @Test("The text ends with its element")
  func bounds() throws {
    #expect(try makeNode("before<p id=x>in<b>side</b></p>after").text == "inside")
    #expect(try makeNode("<hr id=x>after").text == "")
  }
}
