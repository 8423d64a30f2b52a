import Spreadsheet
import SpreadsheetSupport
import Testing

@Suite("ZIP archives of workbooks, and limits")
struct ZipTests {
  private func refusal(_ bytes: [UInt8], _ limits: SpreadsheetLimits = SpreadsheetLimits()) -> SpreadsheetError? {
    do {
      let workbook = try Spreadsheet(bytes, limits: limits)
      for sheet in workbook.sheets { _ = try workbook.sheet(sheet) }
      return nil
    } catch { return error }
  }

  /// Returns a workbook whose sheet is added to the archive by the function.
  private func archive(_ change: (inout ZipBuilder, String, [UInt8]) -> Void) -> ZipBuilder {
    var archive = ZipBuilder()
    for file in PackageBuilder().files {
      if file.name.hasSuffix("sheet1.xml") {
        change(&archive, file.name, file.content)
      } else {
        archive.add(file.name, file.content)
      }
    }
    return archive
  }

  @Test("Files that are stored and files that are compressed are read, with bytes before and behind the archive")
  func sound() throws {
    var package = PackageBuilder()
    for method in [ZipBuilder.Method.stored, .deflated] {
      package.method = method
      #expect(try cells(package.bytes) == [.number(1)])
    }
    let commented = archive { $0.add($1, $2) }.archive(comment: Array("comentario".utf8))
    #expect(try cells(commented) == [.number(1)])
    #expect(try cells(commented + [1, 2, 3]) == [.number(1)])
    #expect(try cells([0x50, 0x4B, 3, 4] + commented) == [.number(1)])
  }

  @Test("The names of files may be in upper case, and with the separator of Windows")
  func names() throws {
    var archive = ZipBuilder()
    for file in PackageBuilder().files { archive.add(file.name.uppercased().replacing("/", with: "\\"), file.content) }
    #expect(try cells(archive.archive()) == [.number(1)])
  }

  @Test("A wrong checksum, a wrong size, encryption and other methods are refused")
  func wrong() {
    let checksum = refusal(archive { $0.add($1, $2, checksum: 1) }.archive())
    #expect(checksum?.kind == .damaged && checksum?.description.contains("checksum") == true)
    for method in [ZipBuilder.Method.stored, .deflated] {
      for size in [0, 1, 100_000, 0xFFFF_FFF0] {
        let error = refusal(archive { $0.add($1, $2, method, size: size) }.archive())
        #expect(error?.kind == (size > 256 << 20 ? .tooLarge : .damaged), "\(size) \(method)")
      }
    }
    #expect(refusal(archive { $0.add($1, $2, flags: 1) }.archive())?.kind == .unsupported)
    #expect(
      refusal(
        archive {
          $0.add($1, $2)
          $0.add($1, $2)
        }.archive())?.kind == .damaged)
    #expect(refusal(archive { $0.add($1, $2) }.archive(count: 40))?.kind == .damaged)
  }

  @Test("Limits: files of the archive, bytes after decompression, cells of a sheet, sheets")
  func limits() throws {
    let workbook = PackageBuilder(rows: "<row><c><v>1</v></c><c><v>2</v></c></row>").bytes
    #expect(refusal(workbook, SpreadsheetLimits(cells: 2)) == nil)
    for limits in [SpreadsheetLimits(cells: 1), SpreadsheetLimits(inflatedBytes: 100), SpreadsheetLimits(entries: 5)] {
      let error = refusal(workbook, limits)
      #expect(error?.kind == .tooLarge && error?.description.contains("split the workbook") == true, "\(limits)")
    }
    let cells = (0..<3).flatMap { RecordBuilder.cell(0x203, column: $0, RecordBuilder.bytes(1)) }
    #expect(refusal(RecordBuilder(cells: cells).stream, SpreadsheetLimits(cells: 3)) == nil)
    #expect(refusal(RecordBuilder(cells: cells).stream, SpreadsheetLimits(cells: 2))?.kind == .tooLarge)
    #expect(refusal(RecordBuilder(cells: cells).stream, SpreadsheetLimits(entries: 0))?.kind == .tooLarge)
  }

  @Test("A file that is cut off anywhere is refused", arguments: ["xlsx", "stream", "file"])
  func cutOff(kind: String) {
    let records = RecordBuilder(cells: RecordBuilder.cell(0x203, RecordBuilder.bytes(1)))
    let whole =
      switch kind {
      case "xlsx": PackageBuilder().bytes
      case "stream": records.stream
      default: CompoundFileBuilder.file([("Workbook", records.stream)])
      }
    #expect(refusal(whole) == nil)
    // In the OLE2 file, half of the directory is behind that, and a table of sectors whose chains have one each.
    let needed = kind == "file" ? whole.count - 768 : whole.count
    for count in 0..<needed { #expect(refusal(Array(whole[..<count])) != nil, "\(count) of \(whole.count) bytes") }
  }

  @Test("No change of a byte traps, and one of a sheet's content is noticed")
  func changes() throws {
    var refusals: [SpreadsheetError.Kind: Int] = [:]
    for whole in [PackageBuilder().bytes, CompoundFileBuilder.file([("Workbook", RecordBuilder().stream)])] {
      for place in whole.indices {
        for value in [0, 0xFF, whole[place] ^ 0x80, whole[place] &+ 1] where value != whole[place] {
          var file = whole
          file[place] = value
          // Each byte is read: a change is refused or gives a workbook, and none ends the process.
          if let error = refusal(file) { refusals[error.kind, default: 0] += 1 }
        }
      }
    }
    #expect(refusals[.damaged, default: 0] > 500 && refusals[.foreign, default: 0] > 0)
    var package = PackageBuilder(rows: "<row><c><v>123456789</v></c></row>")
    package.method = .stored
    var file = package.bytes
    let digits = Array("123456789".utf8)
    let place = try #require(file.indices.first { file[$0...].starts(with: digits) })
    file[place] = UInt8(ascii: "2")
    #expect(refusal(file)?.kind == .damaged)
  }
}
