import Testing

@testable import festvibes

@Suite("Text tables")
struct TextTableTests {
  private func make(_ rows: [[TextTable.Cell]], footer: [TextTable.Cell]? = nil) -> TextTable {
    var table = TextTable([
      .init(title: "venue", minimum: 6), .init(title: "key", minimum: 4), .init(title: "n", isRight: true),
    ])
    table.rows = rows
    table.footer = footer
    return table
  }

  @Test("Columns align for wide characters too")
  func alignment() {
    let table = make([["日本 Club", "Café", "7"], ["d.b.a.", "🎷 Trio", "118"]], footer: ["total", "", "125"])
    #expect(
      table.lines(width: nil, colors: false) == [
        "venue      key        n",
        "───────────────────────",
        "日本 Club  Café       7",
        "d.b.a.     🎷 Trio  118",
        "───────────────────────",
        "total               125",
      ])
  }

  @Test("On a narrow terminal the widest column is cut first")
  func narrow() {
    let table = make([["The Spotted Cat Music Club", "Trio", "7"]])
    let lines = table.lines(width: 24, colors: false)
    #expect(lines[2] == "The Spotted Ca…  Trio  7")
    #expect(
      make([["The Spotted Cat", "Trombone Shorty", "7"]]).lines(width: 10, colors: false)[2] == "The S…  Tro…  7")
  }

  @Test("Titles are shortened before columns are left out, and columns before texts are cut")
  func order() {
    var table = TextTable([
      .init(title: "key", minimum: 4), .init(title: "n"), .init(title: "m"),
      .init(title: "rejected", short: "rej", rank: 2), .init(title: "unchanged", short: "same", rank: 1),
    ])
    table.rows = [["Trombone Shorty", "1", "2", "3", "4"], ["Trio", "failed: a long story"]]
    table.footer = ["all", "1", "2", "3", "4"]
    func lines(_ width: Int) -> [String] { table.lines(width: width, colors: false) }
    #expect(lines(42)[0] == "key              n  m  rejected  unchanged")
    #expect(lines(41)[0] == "key              n  m  rej  unchanged")
    #expect(lines(32)[0] == "key              n  m  rej  same")
    #expect(lines(31)[0] == "key              n  m  rej")
    #expect(lines(31)[2...3] == ["Trombone Shorty  1  2  3", "Trio             failed: a lon…"])
    #expect(lines(25)[2...3] == ["Trombone Shorty  1  2", "Trio             failed:…"])
    #expect(lines(25).last == "all              1  2")
    #expect(lines(15)[2...3] == ["Trombone…  1  2", "Trio       fai…"])
  }

  @Test("The last cell of a short row extends to the edge")
  func extended() {
    let table = make([["d.b.a.", "failed: a long story"], ["d.b.a.", "x", "7"]])
    #expect(table.lines(width: nil, colors: false)[2] == "d.b.a.  failed: a long story")
    #expect(table.lines(width: 20, colors: false)[2] == "d.b.a.  failed: a l…")
  }

  @Test("Colours do not count as width and can be left out")
  func colors() {
    let table = make([[.init("a", .red), "b", "1"]])
    #expect(table.lines(width: nil, colors: true)[2] == "\u{1B}[31ma\u{1B}[0m      b    1")
    #expect(!table.lines(width: nil, colors: false).joined().contains("\u{1B}"))
  }

  @Test("No line ends in spaces")
  func trailingSpace() {
    let lines = make([["a", "", ""], ["", "", ""]]).lines(width: 40, colors: false)
    #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
  }
}
