import Foundation
import Markup
import TestSupport
import Testing

/// Any bytes give a document or a `MarkupError`, in bounded time.
@Suite(.timeLimit(.minutes(45)))
struct MarkupRobustnessTests {
  /// Parses the bytes as HTML and as XML and evaluates expressions on the documents.
  private func read(_ bytes: Data) throws {
    let paths = [try XPath("//*"), try XPath(".//*[\(XPath.hasClass("a"))]")]
    for make in [{ try Document(html: $0) }, { try Document(xml: $0) }] as [(Data) throws -> Document] {
      do {
        let document = try make(bytes)
        for path in paths { _ = try document.nodes(path) }
        _ = try document.root?.text
      } catch is MarkupError {}
    }
  }

  @Test("No bytes, or only white space, are refused as empty")
  func empty() {
    for text in ["", " \n\t"] {
      #expect(throws: MarkupError.self) { try Document(html: Data(text.utf8)) }
      #expect(throws: MarkupError.self) { try Document(xml: Data(text.utf8)) }
    }
  }

  @Test("A slice of a larger buffer is parsed alone")
  func slice() throws {
    let all = Data("junk<p>x</p>junk".utf8)
    #expect(try Document(html: all[4..<12]).root?.text == "x")
  }

  @Test(
    "Odd bytes do not crash the parser",
    arguments: [
      "<", "<!", "<!--", "<![CDATA[", "</", "<p", "<p class", "<p class=\"", "&", "&#", "&#x", "&#x110000;", "&#0;",
      "<a/><b", "<?php", "<!DOCTYPE", "<html><html><body><body>", "\0", "\0\0<p>\0</p>", "<p \0=\0>", "<\u{FFFF}>",
      "<svg><![CDATA[x]]></svg>", "<table><p><table><td>", "<title>", "<script>", "<plaintext>",
    ])
  func odd(text: String) throws {
    try read(Data(text.utf8))
    try read(Data((text + "<p>after</p>").utf8))
  }

  @Test("A page that is nested too deeply is refused, not truncated")
  func deep() throws {
    let error = #expect(throws: MarkupError.self) {
      try makeDocument(String(repeating: "<div>", count: 100_000) + "<p>bottom</p>")
    }
    #expect(error?.kind == .malformed)
    #expect(throws: MarkupError.self) {
      try Document(xml: Data(String(repeating: "<a>", count: 100_000).utf8))
    }
    let fine = String(repeating: "<div>", count: 200) + "bottom" + String(repeating: "</div>", count: 200)
    #expect(try makeDocument(fine).root?.text == "bottom")
  }

  @Test(
    "Megabytes of one repeated piece take linear time",
    arguments: ["<", "<a ", "<p>", "&", "&amp;", "<!--", "a", " b", "\0", "<br>", "</p>", "<a b='", "<b><i></b>", "é"])
  func large(piece: String) throws {
    let bytes = Data(String(repeating: piece, count: Robustness.amount(10_000_000) / piece.utf8.count).utf8)
    let took = try ProcessorTime.of { try read(bytes) }
    // Many times the expected time, and much less than quadratic time.
    #expect(took < .seconds(Robustness.amount(60)))
  }

  @Test("Random damage does not crash the parser")
  func random() throws {
    let page = Data(
      """
      <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>T</title></head><body class="a b">
      <div class="panel"><h3><a href="/x?a=1&b=2">Caf\u{e9} &amp; R&B</a></h3><p class="a">Friday,  May 31</p><hr />
      <script>var a = "</p>";</script><!-- c --><table><tr><td>x</table></div></body></html>
      """.utf8)
    var random = SplitMix(seed: 7)
    for _ in 0..<Robustness.amount(2000) {
      var bytes = page
      if Bool.random(using: &random) { bytes = bytes.prefix(Int.random(in: 0...page.count, using: &random)) }
      for _ in 0..<Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
        let index = bytes.startIndex + Int.random(in: 0..<bytes.count, using: &random)
        bytes[index] = UInt8.random(in: 0...255, using: &random)
      }
      try read(bytes)
    }
  }
}
