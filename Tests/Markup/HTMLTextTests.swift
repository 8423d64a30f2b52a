import Foundation
import Markup
import TestSupport
import Testing

@Suite("The text of a piece of HTML")
struct HTMLTextTests {
  @Test(
    "Tags, comments, scripts and styles are left out, and references decoded",
    arguments: [
      ("Tom &#8211; <em>Jerry</em> &#038; Co &lt;live&gt;", "Tom – Jerry & Co <live>"), ("a<br />b", "ab"),
      ("<p title=\"a > b\">x</p>", "x"), ("<p title='\">'>x", "x"), ("<a href=x?a=\"b>y", "y"),
      ("a<!-- <b> -->b", "ab"),
      ("a<script>1 < 2 </scripts></SCRIPT >b", "ab"), ("<style>p{}</style>", ""), ("a<!DOCTYPE html>b<?xml?>c", "abc"),
      ("&nbsp;&hellip;&amp;amp;", "\u{A0}…&amp;"), ("<iframe src=x>in</iframe><noscript><img></noscript>", "in"),
      ("<textarea>t</textarea>", "t"), ("<scripted>x", "x"), ("plain", "plain"), ("", ""),
    ])
  func text(html: String, expected: String) { #expect(HTMLText.text(of: html) == expected) }

  @Test(
    "What is no tag is text, and so is a tag or a comment that does not end",
    arguments: ["1 < 2 > 1", "a <", "</", "<3", "a </ b", "x <a href='", "<p", "a <!-- b", "<!", "<a b=\">", "</p"])
  func noTags(text: String) { #expect(HTMLText.text(of: text) == text) }

  @Test("A script that does not end hides the rest; a comment that does not end hides nothing")
  func openEnds() {
    #expect(HTMLText.text(of: "a<script>b") == "a")
    #expect(HTMLText.text(of: "a<!-- <b>c</b>") == "a<!-- c")
  }

  @Test("References do not reach over a tag, and bytes that are no reference stay")
  func references() {
    #expect(HTMLText.text(of: "&am<b></b>p; &unknown; &#x110000; &") == "&amp; &unknown; \u{FFFD} &")
    #expect(HTMLText.text(of: "日本語 — <b>عنوان</b>") == "日本語 — عنوان")
  }

  @Test("Every text is read in linear time, and no character outside tags is lost")
  func hostile() {
    for piece in ["<", "<a ", "<!--", "<script>", "<a b=\"", "&", "<!", "</", "-->", "<a>x", "&amp"] {
      let html = String(repeating: piece, count: 200_000)
      let took = ProcessorTime.of { _ = HTMLText.text(of: html) }
      #expect(took < .seconds(5), "\(piece) took \(took)")
    }
  }
}
