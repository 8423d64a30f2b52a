import Foundation
import SpreadsheetSupport
import TestSupport
import Testing

/// Workbooks that are small, and would be large in memory. The process may have no more data than a bound: one that needed
/// more would crash.
@Suite("Workbooks made to fill the memory")
struct HostileWorkbookTests {
  /// KB of data that a process may have: twice what these take, and less than one of the parts that are inflated.
  private static let bound = 200_000

  private static let definition = """
    dataset_id: hostile
    data_type: series
    extract: {plugin: file, path: x}
    parse:
      plugin: spreadsheet
      series_map: [{internal_series_code: X, unit: u, frequency: D, sheet: Uno, header_row: 1, date_col: A, value_col: B}]
    """

  /// Returns a text again and again, at least so many bytes of it.
  private static func filling(_ text: String, _ count: Int) -> [UInt8] {
    var bytes = Array(text.utf8)
    while bytes.count < count { bytes += bytes }
    return bytes
  }

  private static func sheet(_ content: [UInt8]) -> [UInt8] {
    let parts = PackageBuilder.sheet("#").split(separator: "#")
    return Array(parts[0].utf8) + content + Array(parts[1].utf8)
  }

  private static func package(_ part: String, _ content: [UInt8], size: Int? = nil) -> [UInt8] {
    var archive = ZipBuilder()
    for file in PackageBuilder().files {
      if file.name == part {
        archive.add(part, content, .compressed, size: size)
      } else {
        archive.add(file.name, file.content)
      }
    }
    return archive.archive()
  }

  private static func texts(_ content: [UInt8]) -> [UInt8] {
    let parts = PackageBuilder.texts("#").split(separator: "#")
    return Array(parts[0].utf8) + content + Array(parts[1].utf8)
  }

  private func attempt(_ bytes: [UInt8]) throws -> FestVibesProcess {
    #expect(bytes.count <= 16 << 20, "a larger file is refused for its size")
    let folder = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (definition, workbook) = (folder.appending(path: "dataset.yaml"), folder.appending(path: "workbook"))
    try Data(Self.definition.utf8).write(to: definition)
    try Data(bytes).write(to: workbook)
    return try FestVibesProcess(
      "try", definition.path, "--input", workbook.path, "--limit", "1",
      shell: #"ulimit -d \#(Self.bound) && exec "$0" "$@""#)
  }

  @Test("A part that inflates to hundreds of megabytes is refused, also if it announces less", arguments: [nil, 1000])
  func bomb(size: Int?) throws {
    let sheet = Self.sheet(Self.filling(" ", 256 << 20))
    let result = try attempt(Self.package("xl/worksheets/sheet1.xml", sheet, size: size))
    #expect(result.status == 1, "\(result.error)")
    #expect(result.error.contains(size == nil ? "SourceChanged" : "is damaged"), "\(result.error)")
  }

  @Test("Millions of cells of a few bytes are refused, in .xlsx and in .xls")
  func cells() throws {
    let new = Self.sheet(Self.filling("<row><c><v>1</v></c><c><v>2</v></c></row>", 24 << 20))
    // A record of many numbers, of six bytes each.
    var record: [UInt8] = [0, 0, 0, 0]
    for _ in 0..<1300 { record += [0, 0, 2, 0, 0, 0] }
    record += [0x13, 5]
    var cells = RecordBuilder.record(0xBD, record)
    while cells.count < 7 << 20 { cells += cells }
    for bytes in [Self.package("xl/worksheets/sheet1.xml", new), RecordBuilder(cells: cells).stream] {
      let result = try attempt(bytes)
      #expect(result.status == 1 && result.error.contains("cells in the sheet 'Uno'"), "\(result.error)")
    }
  }

  @Test("Millions of texts without a character are read within the bound")
  func texts() throws {
    let result = try attempt(Self.package("xl/sharedStrings.xml", Self.texts(Self.filling("<si/>", 20 << 20))))
    #expect(result.status == 0 && result.error.contains("X: the sheet Uno has no point"), "\(result.error)")
  }
}
