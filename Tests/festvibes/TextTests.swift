import Foundation
import Testing

@testable import festvibes

@Suite struct TextWidthTests {
  @Test(arguments: [
    ("", 0), ("abc", 3), ("Zydeco Café", 11), ("Cafe\u{301}", 4), ("日本", 4), ("한글", 4), ("ｆｕｌｌ", 8), ("🎷", 2), ("👩‍🎤", 2),
    ("♥️", 2), ("♥", 1), ("—…•", 3),
  ])
  func widthIsThatOfATerminal(text: String, width: Int) {
    #expect(TextWidth.of(text) == width)
  }

  @Test(arguments: [
    ("Trombone Shorty", 20, "Trombone Shorty"), ("Trombone Shorty", 8, "Trombon…"), ("日本日本", 5, "日本…"),
    ("日本日本", 4, "日…"),
    ("abc", 1, "…"), ("abc", 0, ""), ("abc", 3, "abc"),
  ])
  func whatDoesNotFitEndsInAnEllipsisAndNeverStandsOver(text: String, width: Int, expected: String) {
    let cut = TextWidth.truncated(text, to: width)
    #expect(cut == expected)
    #expect(TextWidth.of(cut) <= width)
  }

  @Test func nothingFromTheWebMovesTheCursorOrTurnsTheWriting() {
    #expect(TextWidth.cleaned("a\u{1B}[2Jb\r\nc\td\u{202E}e\u{0}") == "a [2Jb c de")
    #expect(TextWidth.cleaned("  two   spaces ") == "two spaces")
    #expect(TextWidth.cleaned("👩‍🎤 ü") == "👩‍🎤 ü")
  }

  @Test func linesBreakBetweenWords() {
    #expect(TextWidth.wrapped("one two three", to: 8) == ["one two", "three"])
    #expect(TextWidth.wrapped("longerthanthat x", to: 5) == ["longerthanthat", "x"])
    #expect(TextWidth.wrapped("one two", to: nil) == ["one two"])
  }
}

@Suite struct TextTableTests {
  private func make(_ rows: [[TextTable.Cell]], footer: [TextTable.Cell]? = nil) -> TextTable {
    var table = TextTable([
      .init(title: "venue", minimum: 6), .init(title: "act", minimum: 4), .init(title: "n", isRight: true),
    ])
    table.rows = rows
    table.footer = footer
    return table
  }

  @Test func columnsAlignWhateverTheCharacters() {
    let table = make([["日本 Club", "Café", "7"], ["d.b.a.", "🎷 Trio", "118"]], footer: ["total", "", "125"])
    #expect(
      table.lines(width: nil, colors: false) == [
        "venue      act        n",
        "───────────────────────",
        "日本 Club  Café       7",
        "d.b.a.     🎷 Trio  118",
        "───────────────────────",
        "total               125",
      ])
  }

  @Test func onANarrowTerminalTheWidestColumnGivesWayFirst() {
    let table = make([["The Spotted Cat Music Club", "Trio", "7"]])
    let lines = table.lines(width: 24, colors: false)
    #expect(lines[2] == "The Spotted Ca…  Trio  7")
    #expect(
      make([["The Spotted Cat", "Trombone Shorty", "7"]]).lines(width: 10, colors: false)[2] == "The S…  Tro…  7")
  }

  @Test func aShortRowsLastCellRunsOnToTheEdge() {
    let table = make([["d.b.a.", "failed: a long story"], ["d.b.a.", "x", "7"]])
    #expect(table.lines(width: nil, colors: false)[2] == "d.b.a.  failed: a long story")
    #expect(table.lines(width: 20, colors: false)[2] == "d.b.a.  failed: a l…")
  }

  @Test func coloursAreOutsideTheCountAndCanBeLeftOut() {
    let table = make([[.init("a", .red), "b", "1"]])
    #expect(table.lines(width: nil, colors: true)[2] == "\u{1B}[31ma\u{1B}[0m      b    1")
    #expect(!table.lines(width: nil, colors: false).joined().contains("\u{1B}"))
  }

  @Test func noLineEndsInSpace() {
    let lines = make([["a", "", ""], ["", "", ""]]).lines(width: 40, colors: false)
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
  }
}

@Suite struct JSONTextTests {
  @Test func jsonIsIndentedWithItsKeysAndNumbersAsTheyStand() {
    let text = #"{"b":1.50,"a":[1,{"x":"q\"{,}:ü"}],"e":[ ],"o":{ },"n":null}"#
    #expect(
      JSONText.pretty(Data(text.utf8)) == #"""
        {
          "b": 1.50,
          "a": [
            1,
            {
              "x": "q\"{,}:ü"
            }
          ],
          "e": [],
          "o": {},
          "n": null
        }
        """#)
  }

  @Test(arguments: ["null", "\"text\"", "7", "[]", "not json", "", "{"])
  func whatHasNoPartsOrIsNoJSONStaysAsItIs(text: String) {
    #expect(JSONText.pretty(Data(text.utf8)) == text)
  }
}

@Suite struct ElapsedTests {
  @Test(arguments: [
    (-1.0, "0 s"), (0, "0.0 s"), (0.84, "0.8 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
    (185, "3 min 05 s"), (3599, "59 min 59 s"), (3600, "1 h 00 min"), (7620, "2 h 07 min"), (7199, "1 h 59 min"),
  ])
  func timesAreSaidAsPeopleSayThem(seconds: Double, text: String) {
    #expect(elapsed(seconds) == text)
  }
}
