/// The parts of an .xlsx file with one sheet. A test changes the one that it is about.
public struct PackageBuilder {
  private static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
  private static let package = "http://schemas.openxmlformats.org/package/2006/relationships"

  /// The content of `sheetData`.
  public var rows = "<row r='1'><c r='A1'><v>1</v></c></row>"
  /// The items of the table of shared texts.
  public var texts = "<si><t>uno</t></si>"
  /// The text before the cell formats in the styles.
  public var numberFormats = ""
  public var cellFormats = "<xf numFmtId='0'/><xf numFmtId='14'/>"
  /// The properties of the workbook, as attributes.
  public var properties = ""
  /// Parts by their names, in the place of those that are made here.
  public var parts: [String: [UInt8]] = [:]
  public var method = ZipBuilder.Method.deflated

  public init() {}

  public init(rows: String) { self.rows = rows }

  public static func sheet(_ rows: String) -> String {
    "<worksheet xmlns='\(main)'><sheetData>\(rows)</sheetData></worksheet>"
  }

  public static func texts(_ items: String) -> String { "<sst xmlns='\(main)'>\(items)</sst>" }

  public static func styles(_ numberFormats: String, _ cellFormats: String) -> String {
    "<styleSheet xmlns='\(main)'><numFmts>\(numberFormats)</numFmts><cellXfs>\(cellFormats)</cellXfs></styleSheet>"
  }

  public static func book(_ properties: String, _ sheets: String) -> String {
    "<workbook xmlns='\(main)' xmlns:r='\(office)'><workbookPr \(properties)/><sheets>\(sheets)</sheets></workbook>"
  }

  public static func relations(_ entries: [(id: String, kind: String, target: String)]) -> String {
    let lines = entries.map { "<Relationship Id='\($0.id)' Type='\(office)/\($0.kind)' Target='\($0.target)'/>" }
    return "<Relationships xmlns='\(package)'>\(lines.joined())</Relationships>"
  }

  /// The names of the parts, and their content.
  public var files: [(name: String, content: [UInt8])] {
    let made = [
      ("_rels/.rels", Self.relations([("a", "officeDocument", "xl/workbook.xml")])),
      ("xl/workbook.xml", Self.book(properties, "<sheet name='Uno' sheetId='1' r:id='z'/>")),
      (
        "xl/_rels/workbook.xml.rels",
        Self.relations([
          ("z", "worksheet", "worksheets/sheet1.xml"), ("y", "styles", "styles.xml"),
          ("w", "sharedStrings", "sharedStrings.xml"),
        ])
      ),
      ("xl/worksheets/sheet1.xml", Self.sheet(rows)), ("xl/styles.xml", Self.styles(numberFormats, cellFormats)),
      ("xl/sharedStrings.xml", Self.texts(texts)),
    ].map { (name: $0.0, content: parts[$0.0] ?? Array($0.1.utf8)) }
    let names = made.map(\.name)
    return made + parts.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  public var bytes: [UInt8] {
    var archive = ZipBuilder()
    for file in files { archive.add(file.name, file.content, method) }
    return archive.archive()
  }
}
