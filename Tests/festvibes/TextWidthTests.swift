import Foundation
import Testing

@testable import festvibes

@Suite("Text width")
struct TextWidthTests {
  @Test(
    "The width is that on a terminal",
    arguments: [
      ("", 0), ("abc", 3), ("Zydeco Café", 11), ("Cafe\u{301}", 4), ("日本", 4), ("한글", 4), ("ｆｕｌｌ", 8), ("🎷", 2),
      ("👩‍🎤", 2),
      ("♥️", 2), ("♥", 1), ("—…•", 3),
    ])
  func width(text: String, width: Int) {
    #expect(TextWidth.of(text) == width)
  }

  @Test(
    "A text that does not fit ends in an ellipsis within the width",
    arguments: [
      ("Trombone Shorty", 20, "Trombone Shorty"), ("Trombone Shorty", 8, "Trombon…"), ("日本日本", 5, "日本…"),
      ("日本日本", 4, "日…"),
      ("abc", 1, "…"), ("abc", 0, ""), ("abc", 3, "abc"),
    ])
  func truncated(text: String, width: Int, expected: String) {
    let cut = TextWidth.truncated(text, to: width)
    #expect(cut == expected)
    #expect(TextWidth.of(cut) <= width)
  }

  @Test("Cleaned text neither moves the cursor nor reverses the writing direction")
  func cleaned() {
    #expect(TextWidth.cleaned("a\u{1B}[2Jb\r\nc\td\u{202E}e\u{0}") == "a [2Jb c de")
    #expect(TextWidth.cleaned("  two   spaces ") == "two spaces")
    #expect(TextWidth.cleaned("👩‍🎤 ü") == "👩‍🎤 ü")
  }

  @Test("Lines break between words")
  func wrapped() {
    #expect(TextWidth.wrapped("one two three", to: 8) == ["one two", "three"])
    #expect(TextWidth.wrapped("longerthanthat x", to: 5) == ["longerthanthat", "x"])
    #expect(TextWidth.wrapped("one two", to: nil) == ["one two"])
  }
}
