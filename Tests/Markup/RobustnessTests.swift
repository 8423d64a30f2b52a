import Foundation
import Markup
import TestSupport
import Testing

/// Whatever the bytes are: a document or a MarkupError, in bounded time.
@Suite(.timeLimit(.minutes(5)))
struct RobustnessTests {
  private func read(_ bytes: Data) throws -> Int {
    let paths = [try XPath("//*"), try XPath(".//*[\(XPath.hasClass("a"))]")]
    var total = 0
    for make in [{ try Document(html: $0) }, { try Document(xml: $0) }] as [(Data) throws -> Document] {
      do {
        let document = try make(bytes)
        for path in paths { total += try document.nodes(path).count }
        total += document.root?.text.utf8.count ?? 0
      } catch is MarkupError {}
    }
    return total
  }

  /// This thread's time on a processor: the machine may have other things to do.
  private static var processorSeconds: Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec
  }

  @Test("Nothing, and nothing but white space, is no document")
  func empty() {
    for text in ["", " \n\t"] {
      #expect(throws: MarkupError.self) { try Document(html: Data(text.utf8)) }
      #expect(throws: MarkupError.self) { try Document(xml: Data(text.utf8)) }
    }
  }

  @Test("A slice of a larger buffer is read as what it is")
  func slice() throws {
    let all = Data("junk<p>x</p>junk".utf8)
    #expect(try Document(html: all[4..<12]).root?.text == "x")
  }

  @Test(
    "Odd bytes are survived",
    arguments: [
      "<", "<!", "<!--", "<![CDATA[", "</", "<p", "<p class", "<p class=\"", "&", "&#", "&#x", "&#x110000;", "&#0;",
      "<a/><b", "<?php", "<!DOCTYPE", "<html><html><body><body>", "\0", "\0\0<p>\0</p>", "<p \0=\0>", "<\u{FFFF}>",
      "<svg><![CDATA[x]]></svg>", "<table><p><table><td>", "<title>", "<script>", "<plaintext>",
    ])
  func odd(text: String) throws {
    _ = try read(Data(text.utf8))
    _ = try read(Data((text + "<p>after</p>").utf8))
  }

  @Test("A page nested too deep is refused, not cut short")
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
    "Ten megabytes of one thing take no time to speak of",
    arguments: ["<", "<a ", "<p>", "&", "&amp;", "<!--", "a", " b", "\0", "<br>", "</p>", "<a b='", "<b><i></b>", "é"])
  func large(piece: String) throws {
    let bytes = Data(String(repeating: piece, count: 10_000_000 / piece.utf8.count).utf8)
    let start = Self.processorSeconds
    _ = try read(bytes)
    #expect(Self.processorSeconds - start < 60)
  }

  @Test("Random damage is survived")
  func random() throws {
    let page = Data(
      """
      <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>T</title></head><body class="a b">
      <div class="panel"><h3><a href="/x?a=1&b=2">Caf\u{e9} &amp; R&B</a></h3><p class="a">Friday,  May 31</p><hr />
      <script>var a = "</p>";</script><!-- c --><table><tr><td>x</table></div></body></html>
      """.utf8)
    var random = SplitMix(seed: 7)
    for _ in 0..<2000 {
      var bytes = page
      if Bool.random(using: &random) { bytes = bytes.prefix(Int.random(in: 0...page.count, using: &random)) }
      for _ in 0..<Int.random(in: 0...8, using: &random) where !bytes.isEmpty {
        let place = bytes.startIndex + Int.random(in: 0..<bytes.count, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      _ = try read(bytes)
    }
  }
}
