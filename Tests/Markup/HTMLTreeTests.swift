import Markup
import Testing

/// The tree is the one that a browser builds (https://html.spec.whatwg.org/#parsing).
struct HTMLTreeTests {
  /// Writes an element as names and texts, without the head.
  private func outline(_ html: String) throws -> String {
    func write(_ node: Node) throws -> String {
      let children = try node.nodes(XPath("*"))
      let inner = try children.isEmpty ? node.text : children.map(write).joined(separator: " ")
      return inner.isEmpty ? node.name : "\(node.name)(\(inner))"
    }
    return try makeDocument(html).nodes(XPath("//body/*")).map(write).joined(separator: " ")
  }

  @Test(
    "Missing and misplaced tags are repaired",
    arguments: [
      ("<p>a<p>b", "p(a) p(b)"), ("<p>a<div>b</div>c", "p(a) div(b)"), ("<ul><li>a<li>b</ul>", "ul(li(a) li(b))"),
      ("<dl><dt>a<dd>b<dt>c</dl>", "dl(dt(a) dd(b) dt(c))"), ("a</p>", "p"), ("a</br>", "br"),
      ("<b><p>a</b>b</p>", "b p(b(a))"), ("<p><b>a<p>b", "p(b(a)) p(b(b))"),
      ("<a href=1>a<a href=2>b</a>", "a(a) a(b)"), ("<a><div><a>x", "a div(a a(x))"),
      ("<table><tr><td>a<td>b<tr><td>c</table>", "table(tbody(tr(td(a) td(b)) tr(td(c))))"),
      ("<table><b>x</b><tr><td>a</table>", "b(x) table(tbody(tr(td(a))))"),
      ("<table><td>a<table><td>b</table>c</table>", "table(tbody(tr(td(table(tbody(tr(td(b))))))))"),
      ("<table><caption>t<col><tr><th>h</table>", "table(caption(t) colgroup(col) tbody(tr(th(h))))"),
      ("<h1>a<h2>b</h1>", "h1(a) h2(b)"), ("<button>a<button>b", "button(a) button(b)"),
      ("<form>a<form>b</form></form>", "form(ab)"),
      ("<select><option>a<option>b</select>", "select(option(a) option(b))"),
      ("<svg><circle/><p>x", "svg(circle) p(x)"), ("<svg><foreignObject><p>x</svg>y", "svg(foreignobject(p(xy)))"),
      ("<math><mi>x</mi><mo>+</mo></math>", "math(mi(x) mo(+))"), ("<image src=x>", "img"),
      ("<xmp><b></xmp>", "xmp(<b>)"),
      ("<nobr>a<nobr>b", "nobr(a) nobr(b)"), ("<ruby>a<rt>b<rt>c</ruby>", "ruby(rt(b) rt(c))"),
      ("<plaintext><p>a</plaintext>", "plaintext(<p>a</plaintext>)"), ("<custom-tag>a</Custom-Tag>b", "custom-tag(a)"),
      ("<div>a</span></div>", "div(a)"), ("<p>x</p></body></html><p>y</p>", "p(x) p(y)"),
    ])
  func repaired(html: String, expected: String) throws {
    #expect(try outline("<!DOCTYPE html>" + html) == expected)
  }

  @Test("The first of two attributes of a name counts, and a repeated body adds its attributes")
  func attributes() throws {
    #expect(try makeNode("<a id=x HREF=1 href=2 Href='3'>y</a>").attribute("href") == "1")
    let body = try makeDocument("<body class=a><p>x<body class=b lang=en>").first(XPath("//body"))
    #expect(body?.attribute("class") == "a")
    #expect(body?.attribute("lang") == "en")
    #expect(try makeDocument("<p>x<html lang=en>").root?.attribute("lang") == "en")
  }

  @Test("Attributes are read in every form")
  func attributeForms() throws {
    let node = try makeNode("<br id=x a = 1 b='2>' c=\"3'\"d e=/5/ =f=6 g\n=\n'7\n'/>")
    #expect(
      ["a", "b", "c", "d", "e", "=f", "g"].map { node.attribute($0) } == ["1", "2>", "3'", "", "/5/", "6", "7\n"])
  }

  @Test("A template's content and what a browser does not show are no part of the text")
  func hidden() throws {
    let page = """
      a<template><p>no</p><script></template></script></template><noscript><p>no</p></noscript><iframe>no</iframe>
      <noembed>no</noembed><noframes>no</noframes><video>no</video><datalist><option>no</datalist>b
      """
    #expect(try makeNode("<div id=x>\(page)</div>").text == "a b")
    #expect(try makeNode("<div id=x>\(page)</div>").nodes(XPath(".//p")).isEmpty)
  }

  @Test("A page that ends within a tag loses that tag only", arguments: ["<b", "<b class='x", "<b a=", "</b", "<b /"])
  func cut(end: String) throws {
    #expect(try makeDocument("<p>a</p>\(end)").root?.text == "a")
  }
}
