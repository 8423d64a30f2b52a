import Testing

@testable import festvibes

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
