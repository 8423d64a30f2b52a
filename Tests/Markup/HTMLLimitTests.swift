import Foundation
import Markup
import TestSupport
import Testing

/// Pages that cost other parsers minutes or gigabytes.
@Suite(.timeLimit(.minutes(45)))
struct HTMLLimitTests {
  private func error(_ html: String) -> MarkupError? {
    do throws(MarkupError) {
      _ = try Document(html: Data(html.utf8))
      return nil
    } catch { return error }
  }

  @Test("A tag of more than 500 attributes or 32 KiB is refused, and the error names the limit")
  func tags() {
    let attributes = (0..<500).map { " a\($0)" }.joined()
    #expect(error("<p\(attributes)>x") == nil)
    #expect(error("<p\(attributes) b>x")?.description == "tooLarge: a tag of more than 500 attributes")
    #expect(error("<p " + (0..<80_000).map { "a\($0) " }.joined() + ">x")?.kind == .tooLarge)
    #expect(error("<p title='\(String(repeating: "x", count: 32_000))'>x") == nil)
    let long = error("<p title='\(String(repeating: "x", count: 33_000))'>x")
    #expect(long?.description == "tooLarge: a tag of 33011 bytes; the limit is 32768")
    #expect(error("<p title='" + String(repeating: "x", count: 40_000))?.kind == .tooLarge)
    #expect(error((0..<600).map { "<body a\($0)=1>" }.joined())?.kind == .tooLarge)
  }

  @Test("A page of more than 100,000 elements or a tree of more than 24 MiB is refused")
  func elements() {
    #expect(error(String(repeating: "<p>", count: 99_000)) == nil)
    #expect(error(String(repeating: "<p>", count: 100_001))?.kind == .tooLarge)
    #expect(error(String(repeating: "<br a=1 b=2 c=3 d=4 e=5>", count: 40_000))?.kind == .tooLarge)
  }

  @Test("The time for many tags within nested elements, and for formatting with many attributes, is bounded")
  func work() {
    let attributes = (0..<499).map { " a\($0)" }.joined()
    let open = (0..<200).map { "<b\(attributes) z=\($0)>" }.joined()
    let page = "<body>" + open + String(repeating: "<b\(attributes) z=x></b>", count: 500)
    #expect(error(page)?.kind == .tooLarge)
    #expect(error(String(repeating: "<i>", count: 240) + String(repeating: "</u>", count: 400_000))?.kind == .tooLarge)
    #expect(error(String(repeating: "<x>", count: 240) + String(repeating: "</z>", count: 400_000))?.kind == .tooLarge)
    #expect(error(String(repeating: "<html\(attributes)>", count: 500))?.kind == .tooLarge)
    // A long page of ordinary depth.
    let deep = String(repeating: "<div>", count: 60) + String(repeating: "<b class=x>y</b>", count: 40_000)
    #expect(error(deep) == nil)
  }

  @Test("Formatting that is opened again in each block is bounded")
  func formatting() {
    #expect(error((0..<300).map { "<p><font color=\($0)>x" }.joined())?.kind == .malformed)
  }

  @Test(
    "Two megabytes of anything are read or refused",
    arguments: [
      "<!--", "<!-->", "<!-- -", "<", "</", "&", "&#x", "&#1", "&ab", "&abcdefg", "&notit;", "<a href=\"x", "<p>",
      "</p>",
      "<b>", "<b><p>", "<a>", "<a><p>", "<a><div></div>", "<b>x<p>y</b>z</p>", "<i></b>", "<table>", "<table><tr><td>",
      "<table>x<br>", "<table><b>x", "<select><option>", "<li>", "<svg>", "<svg><p>", "<svg><![CDATA[x", "<template>",
      "<script>", "<script><!--<script>", "<title>", "<textarea></textarea", "</x>", "<x ", "<!doctype html>", "a\r\n",
      "\0",
      "\u{A0}", "<ruby><rt>", "<form>", "<html a>", "<body a>", "<br/>", "<iframe></iframe a='", "<math><mi>",
      "<p a='&amp;",
    ])
  func large(piece: String) {
    let bytes = Data(String(repeating: piece, count: Robustness.amount(2 << 20) / piece.utf8.count).utf8)
    do throws(MarkupError) {
      let document = try Document(html: bytes + Data("<p>end".utf8))
      for node in try document.nodes(XPath("/*")) { _ = node.text(maximumBytes: 20_000) }
    } catch {
      #expect(error.kind == .tooLarge || error.kind == .malformed)
    }
  }

  @Test(
    "A megabyte of bad bytes is read",
    arguments: ["utf-8", "windows-1252", "gbk", "big5", "euc-jp", "shift_jis", "euc-kr", "iso-2022-jp", "utf-16"])
  func badBytes(charset: String) throws {
    for piece in [[0xFF], [0x81], [0x81, 0x30], [0xB0, 0xA1], [0x1B, 0x24, 0x42, 0x30]] as [[UInt8]] {
      let bytes = Array(repeatElement(piece, count: Robustness.amount(1 << 20) / piece.count).joined())
      let document = try Document(html: Data(bytes) + Data("\n\u{1B}(B<p>end".utf8), charset: charset)
      #expect(try document.root?.text.isEmpty == false)
    }
  }
}
