import Foundation
import Testing
import Text

@testable import festvibes

@Suite("Text for a terminal")
struct TerminalTextTests {
  private static let scalars = (0...0x10FFFF as ClosedRange<UInt32>).compactMap(Unicode.Scalar.init)

  @Test(
    "What a terminal obeys, or does not show, is escaped; its neighbours are not",
    arguments: [
      ("a\u{1B}[2J", #"a\u001b[2J"#), ("\u{0}\u{7}\u{8}\r\u{1F} ~\u{7F}", #"\u0000\u0007\u0008\u000d\u001f ~\u007f"#),
      ("\u{80}\u{85}\u{9B}31m\u{9F}é", #"\u0080\u0085\u009b31m\u009fé"#),
      ("\u{AD}\u{61C}\u{200B}\u{200E}\u{200F}\u{2010}", "\\u00ad\\u061c\\u200b\\u200e\\u200f\u{2010}"),
      ("\u{2027}\u{2028}\u{2029}\u{202A}\u{202E}\u{202F}", "\u{2027}\\u2028\\u2029\\u202a\\u202e\u{202F}"),
      ("\u{2066}\u{2069}\u{FEFF}", #"\u2066\u2069\ufeff"#),
      ("\u{E0001}\u{E007F}", #"\udb40\udc01\udb40\udc7f"#), ("\u{E000}\u{10FFFF}", #"\ue000\udbff\udfff"#),
      ("one\n\ttwo", "one\n\ttwo"), ("👩‍🎤 ♥️ 日本 Cafe\u{301}", "👩‍🎤 ♥️ 日本 Cafe\u{301}"), ("", ""),
    ])
  func escapes(text: String, expected: String) {
    #expect(text.escapedForTerminal() == expected)
  }

  @Test("Exactly what a table replaces or leaves out is escaped, except line ends and tabs")
  func agreesWithTables() {
    let differing = Self.scalars.filter { scalar in
      let isKept = "-\(scalar)-".escapedForTerminal().unicodeScalars.elementsEqual("-\(scalar)-".unicodeScalars)
      let isKeptInTable = TextWidth.cleaned("-\(scalar)-").unicodeScalars.elementsEqual("-\(scalar)-".unicodeScalars)
      return isKept != (isKeptInTable || scalar == "\n" || scalar == "\t")
    }
    #expect(differing == [])
  }

  @Test("All that logs escape is escaped, except what joins emoji")
  func agreesWithLogs() {
    let shown = Self.scalars.filter { $0.isInvisible && $0.isShown }
    #expect(shown == ["\u{200D}"])
  }

  @Test("JSON has the same values on a terminal")
  func json() throws {
    // All of the first planes' controls and formats, and a sample of the million code points without a character.
    let sample = Self.scalars.filter { !$0.isShown && ($0.value < 0x3000 || $0.value % 97 == 0) }
    let everything = String(String.UnicodeScalarView(sample))
    let key = "text \u{202E}\\ \" \n"
    let shown = "{\(key.quotedForJSON()):\(everything.quotedForJSON())}".escapedForTerminal()
    #expect(!shown.unicodeScalars.contains { !$0.isShown })
    let decoded = try JSONDecoder().decode([String: String].self, from: Data(shown.utf8))
    #expect(decoded.keys.first == key)
    #expect(decoded.values.first?.unicodeScalars.elementsEqual(everything.unicodeScalars) == true)
  }

  @Test("Of escape sequences only those of styles are kept, and only if that is asked for")
  func styles() {
    let styled = Style.allCases.map { $0.apply("x", colors: true) }.joined()
    #expect(styled.escapedForTerminal(keepsStyles: true) == styled)
    #expect(!styled.escapedForTerminal().contains("\u{1B}"))
    #expect("\u{1B}[3".escapedForTerminal(keepsStyles: true) == #"\u001b[3"#)
    for other in ["\u{1B}[2J", "\u{1B}[1A", "\u{1B}[311m", "\u{1B}[8m", "\u{1B}]0;t\u{7}", "\u{1B}", "\u{9B}31m"] {
      #expect(!"\(other)\u{202E}".escapedForTerminal(keepsStyles: true).unicodeScalars.contains { !$0.isShown })
    }
  }
}
