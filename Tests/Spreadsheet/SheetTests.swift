import Spreadsheet
import SpreadsheetSupport
import Testing

@Suite("Sheets and their cells")
struct SheetTests {
  @Test(
    "Letters of columns, to XFD",
    arguments: [("A", 0), ("Z", 25), ("AA", 26), ("AD", 29), ("ad", 29), ("ZZ", 701), ("AAA", 702), ("XFD", 16_383)])
  func letters(letters: String, index: Int) {
    #expect(SpreadsheetColumn.index(ofLetters: letters) == index)
    #expect(SpreadsheetColumn.letters(of: index) == letters.uppercased())
  }

  @Test(
    "Other texts are no columns",
    arguments: ["", "XFE", "ZZZ", "AAAA", "A1", "É", " A", String(repeating: "A", count: 99)])
  func noLetters(letters: String) { #expect(SpreadsheetColumn.index(ofLetters: letters) == nil) }

  @Test("A cell has the address that spreadsheet programs show")
  func address() { #expect(SpreadsheetColumn.address(row: 13, column: 15) == "P14") }

  @Test("Cells are found by row and column; beyond the last one there are none")
  func places() throws {
    let rows = "<row r='2'><c r='B2'><v>1</v></c><c r='D2'><v>2</v></c></row><row r='5'><c r='C5'><v>3</v></c></row>"
    let bytes = PackageBuilder(rows: rows).bytes
    let sheet = try sheet(bytes)
    #expect((sheet.rowCount, sheet.columnCount) == (5, 4) && sheet.name == "Uno")
    #expect(try cells(bytes) == [.number(1), .number(2), .number(3)])
    #expect(sheet[1, 1] == .number(1) && sheet[1, 3] == .number(2) && sheet[4, 2] == .number(3))
    #expect(
      sheet[1, 2] == nil && sheet[0, 0] == nil && sheet[5, 0] == nil && sheet[1, 4] == nil && sheet[-1, -1] == nil)
  }

  @Test("The last of several values for a place counts, in whatever order the cells are")
  func order() throws {
    let rows = """
      <row r='3'><c r='B3'><v>1</v></c><c r='A3'><v>2</v></c></row><row r='1'><c r='C1'><v>3</v></c></row>\
      <row r='3'><c r='B3'><v>4</v></c></row>
      """
    #expect(try cells(PackageBuilder(rows: rows).bytes) == [.number(3), .number(2), .number(4)])
  }

  @Test("Of two values in a cell the first counts, as for openpyxl")
  func twoValues() throws {
    let rows = """
      <row><c><v>1</v><v>2</v></c><c t='inlineStr'><is><t>a</t></is><is><t>b</t></is></c><c t='str'><v/><v>x</v></c></row>
      """
    #expect(try cells(PackageBuilder(rows: rows).bytes) == [.number(1), .text("a")])
  }

  @Test("A part without the element of cells is no empty sheet")
  func noData() throws {
    var package = PackageBuilder()
    package.parts["xl/worksheets/sheet1.xml"] = Array("<worksheet><cols/></worksheet>".utf8)
    let error = #expect(throws: SpreadsheetError.self) { try cells(package.bytes) }
    #expect(error?.kind == .damaged && error?.description.contains("sheetData") == true)
  }

  @Test(
    "XML that takes many times its size in memory is refused: depth, attributes, names",
    arguments: [
      ("", "<a>", "nested more than 256 deep"), ("<row><c ", "a='' ", "more than 1024 attributes"),
      ("<a", "a", "a name that is too long"),
    ])
  func largeXML(start: String, part: String, problem: String) {
    let bytes = PackageBuilder(rows: start + String(repeating: part, count: 1_000_000)).bytes
    let error = #expect(throws: SpreadsheetError.self) { try cells(bytes) }
    #expect(error?.kind == .damaged && error?.description.contains(problem) == true)
  }

  @Test("A sheet's name has at most 255 bytes")
  func longName() throws {
    for (count, isRead) in [(255, true), (256, false), (5_000_000, false)] {
      var package = PackageBuilder()
      let sheet = "<sheet name='\(String(repeating: "N", count: count))' sheetId='1' r:id='z'/>"
      package.parts["xl/workbook.xml"] = Array(PackageBuilder.book("", sheet).utf8)
      #expect(((try? Spreadsheet(package.bytes)) != nil) == isRead, "\(count) bytes")
    }
  }

  @Test("The limits are parts of the memory of the process that reads files of a size")
  func limits() {
    let limits = SpreadsheetLimits(forFilesOf: 16 << 20)
    #expect(limits.inflatedBytes == 48 << 20 && limits.cells == 1 << 20)
    #expect(SpreadsheetLimits(forFilesOf: 0).cells == 10_000 && SpreadsheetLimits(forFilesOf: .max).cells > 0)
  }

  @Test("An empty sheet has no rows")
  func empty() throws {
    let sheet = try sheet(PackageBuilder(rows: "").bytes)
    #expect((sheet.rowCount, sheet.columnCount) == (0, 0) && sheet[0, 0] == nil)
  }

  @Test("Sheets have their names as they are written, also two that differ in case only, and hidden ones")
  func names() throws {
    var package = PackageBuilder()
    package.parts["xl/workbook.xml"] = Array(
      PackageBuilder.book(
        "", "<sheet name='Serie' sheetId='1' r:id='z'/><sheet name='serie' sheetId='2' state='hidden' r:id='z'/>"
      ).utf8)
    let workbook = try Spreadsheet(package.bytes)
    #expect(workbook.sheets.map(\.name) == ["Serie", "serie"] && workbook.sheets.map(\.isVisible) == [true, false])
    #expect(try workbook.sheets.map { try workbook.sheet($0).name } == ["Serie", "serie"])
  }
}
