import Spreadsheet
import SpreadsheetSupport
import Testing

@Suite("Workbooks of Excel 2007 and later")
struct XLSXTests {
  private func refusal(_ bytes: [UInt8]) -> SpreadsheetError? {
    do {
      let workbook = try Spreadsheet(bytes)
      for sheet in workbook.sheets { _ = try workbook.sheet(sheet) }
      return nil
    } catch { return error }
  }

  private func refusal(_ part: String, _ content: String) -> SpreadsheetError? {
    var package = PackageBuilder()
    package.parts[part] = Array(content.utf8)
    return refusal(package.bytes)
  }

  @Test("Values of every type (F22)")
  func values() throws {
    let rows = """
      <row><c><v>1.5</v></c><c t='n'><v> -2E3 </v></c><c t='s'><v>0</v></c><c t='s'><v>1</v></c><c t='b'><v>1</v></c>\
      <c t='b'><v>false</v></c><c t='e'><v>#N/A</v></c><c t='str'><f>A1</f><v>x_x0041_&#x41;</v></c><c t='str'><v/></c>\
      <c s='1'/><c t='inlineStr'><is><t>a</t><r><t> b</t></r><rPh><t>c</t></rPh></is></c><c t='inlineStr'><is/></c>\
      <c t='inlineStr'/><c s='1'><v>2</v></c></row>
      """
    var package = PackageBuilder(rows: rows)
    package.texts =
      "<si><t xml:space='preserve'> a\r\nb </t></si><si><r><rPr><t/></rPr><t>c</t></r><rPh><t>d</t></rPh></si>"
    let date = try #require(SpreadsheetDate(serial: 2, system: .from1900))
    #expect(
      try cells(package.bytes) == [
        .number(1.5), .number(-2000), .text(" a\nb "), .text("c"), .boolean(true), .boolean(false), .error("#N/A"),
        .text("xAA"), .text("a b"), .text(""), .date(date),
      ])
  }

  @Test("A value that is not of its cell's type stays as a text, so that it is seen")
  func strange() throws {
    let texts = ["1,5", "0x10", "inf", "nan", "1e999", "--1", "1 2", "+", "."]
    let rows = texts.map { "<row><c><v>\($0)</v></c></row>" }.joined() + "<row><c t='b'><v>maybe</v></c></row>"
    #expect(try cells(PackageBuilder(rows: rows).bytes) == (texts + ["maybe"]).map { .text($0) })
  }

  @Test("Numbers are rounded as Swift and Python round them")
  func numbers() throws {
    var random = SystemRandomNumberGenerator()
    var texts = [
      "0", "-0", "0.1", "9007199254740993", "1234567890123456789", "0.30000000000000004", "5e-324", "1.", ".5",
    ]
    texts += (0..<2000).map { _ in
      let digits = String(UInt64.random(in: 0 ... .max, using: &random)).prefix(Int.random(in: 1...19, using: &random))
      let point = Int.random(in: 0...digits.count, using: &random)
      return digits.prefix(point) + "." + digits.dropFirst(point) + (point == 0 && digits.isEmpty ? "0" : "")
    }
    let rows = texts.map { "<row><c><v>\($0)</v></c></row>" }.joined()
    let expected = try texts.map { SpreadsheetCell.number(try #require(Double($0), "\($0)")) }
    #expect(try cells(PackageBuilder(rows: rows).bytes) == expected)
  }

  @Test("Cells and rows without addresses follow those before them")
  func places() throws {
    let rows =
      "<row><c><v>1</v></c><c r='c1'><v>2</v></c><c><v>3</v></c></row><row/><row r='5'><c r='XFD9'><v>4</v></c></row>"
    let bytes = PackageBuilder(rows: rows).bytes
    let sheet = try sheet(bytes)
    #expect(sheet[0, 0] == .number(1) && sheet[0, 2] == .number(2) && sheet[0, 3] == .number(3))
    #expect(sheet[8, 16_383] == .number(4))
    #expect(try cells(bytes).count == 4)
  }

  @Test("XML in other forms: prefixes, comments, CDATA, UTF-16, byte order marks")
  func forms() throws {
    let sheet = PackageBuilder.sheet("<row><c t='str'><v>á<![CDATA[&]]><!-- x -->b</v></c></row>")
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    let cell = "<x:row><x:c t='str'><x:v>á&amp;b</x:v></x:c></x:row>"
    let prefixed = "<x:worksheet xmlns:x='\(main)'><x:sheetData>\(cell)</x:sheetData></x:worksheet>"
    let utf16 = Array("\u{FEFF}\(sheet)".utf16)
    let forms = [
      Array(sheet.utf8), Array("\u{FEFF}<?xml version=\"1.0\" encoding='UTF-8'?>\(sheet)".utf8), Array(prefixed.utf8),
      utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] },
      utf16.dropFirst().flatMap { [UInt8($0 >> 8), UInt8(truncatingIfNeeded: $0)] },
    ]
    for form in forms {
      var package = PackageBuilder()
      package.parts["xl/worksheets/sheet1.xml"] = form
      #expect(try cells(package.bytes) == [.text("á&b")])
    }
  }

  @Test("Parts are where the relations say; sheets of charts are left out")
  func relations() throws {
    var package = PackageBuilder()
    package.parts["_rels/.rels"] = Array(
      PackageBuilder.relations([("q", "extended-properties", "x"), ("r", "officeDocument", "/a/b/libro.xml")]).utf8)
    package.parts["a/b/libro.xml"] = Array(
      PackageBuilder.book("", "<sheet name='G' sheetId='1' r:id='g'/><sheet name='H' sheetId='2' r:id='h'/>").utf8)
    package.parts["a/b/_rels/libro.xml.rels"] = Array(
      PackageBuilder.relations([("g", "chartsheet", "g.xml"), ("h", "worksheet", ".././c/./H%20.xml")]).utf8)
    package.parts["a/C/h%20.xml"] = Array(PackageBuilder.sheet("<row><c><v>7</v></c></row>").utf8)
    #expect(try Spreadsheet(package.bytes).sheets.map(\.name) == ["H"])
    #expect(try cells(package.bytes) == [.number(7)])
  }

  @Test("Reading of styles stops behind the cell formats, and of a sheet behind its cells")
  func stops() throws {
    var package = PackageBuilder()
    package.parts["xl/styles.xml"] = Array("<s><cellXfs><xf numFmtId='14'/></cellXfs><broken".utf8)
    package.parts["xl/worksheets/sheet1.xml"] = Array(
      "<w><sheetData><row><c><v>2</v></c></row></sheetData><broken".utf8)
    #expect(try cells(package.bytes).count == 1)
  }

  @Test(
    "XML that is damaged, or declares a document type, is refused",
    arguments: [
      "<w><sheetData><row></sheetData></w>", "<w><sheetData><row><c><v>1</v></c>", "<w", "", " ", "x<w/>", "<w/><w/>",
      "<w a=1/>", "<w a/>", "<w a='1/>", "<w a='<'/>", "<!DOCTYPE w [<!ENTITY a 'b'>]><w/>",
      "<w><sheetData><row><c t='str'><v>&a;</v></c></row></sheetData></w>", "<w><!-- ", "<w><![CDATA[", "<?xml",
      "<w><sheetData><row><c t='str'><v>&#0;</v></c></row></sheetData></w>", "</w>", "<w></x>", "<w></w x>", "< w/>",
      "<w><sheetData><row><c r='A0'/></row></sheetData></w>", "<w><sheetData><row><c r='XFE1'/></row></sheetData></w>",
      "<w><sheetData><row r='1048577'/></sheetData></w>", "<w><sheetData><row r='-1'/></sheetData></w>",
      "<w><sheetData><row><c r='A1048577'/></row></sheetData></w>",
      "<w><sheetData><row><c r='1A'/></row></sheetData></w>",
      "<w><sheetData><row><c t='s'><v>9</v></c></row></sheetData></w>",
      "<w><sheetData><row><c t='s'><v>-1</v></c></row></sheetData></w>",
      "<w><sheetData><row><c t='str'><v>&#xD800;</v></c></row></sheetData></w>",
      "<w><sheetData><row><c t='str'><v>&#+65;</v></c></row></sheetData></w>",
    ])
  func damaged(xml: String) {
    #expect(refusal("xl/worksheets/sheet1.xml", xml)?.kind == .damaged)
  }

  @Test("Other documents, other encodings and missing parts are refused by name")
  func refused() {
    let latin = refusal("xl/worksheets/sheet1.xml", "<?xml version='1.0' encoding='ISO-8859-1'?><w/>")
    #expect(latin?.kind == .unsupported && latin?.description.contains("UTF-8") == true)
    #expect(refusal("xl/workbook.xml", "<document/>")?.kind == .foreign)
    let none = refusal("xl/_rels/workbook.xml.rels", PackageBuilder.relations([("z", "worksheet", "none.xml")]))
    #expect(none?.kind == .damaged && none?.description.contains("xl/none.xml") == true)
    let binary = refusal("_rels/.rels", PackageBuilder.relations([("a", "officeDocument", "xl/workbook.bin")]))
    #expect(binary?.description == "is a binary workbook (.xlsb), which is not read: save it as .xlsx")
    for (names, words) in [
      (["mimetype", "content.xml"], ".ods"), (["Index/Document.iwa"], "Numbers"), (["a.csv"], "unpack"),
    ] {
      var archive = ZipBuilder()
      for name in names { archive.add(name, [1]) }
      #expect(refusal(archive.archive())?.description.contains(words) == true, "\(words)")
    }
  }
}
