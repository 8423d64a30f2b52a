import Foundation
import Spreadsheet
import SpreadsheetSupport

/// The first byte chooses: the rest is a whole file; or the parts of one, whose archive is right; or changes of an
/// archive, each of a place and a byte.
enum XLSXTarget {
  /// Between two parts. XML has no such byte.
  private static let separator: UInt8 = 0
  private static let partNames = [
    "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels", "_rels/.rels",
  ]
  private static let sound = PackageBuilder(
    rows: "<row r='2'><c r='B2' s='1' t='s'><v>0</v></c><c t='inlineStr'><is><t>x</t></is></c></row>"
  ).bytes

  static func read(_ input: Data) throws {
    guard let choice = input.first else { return }
    let rest = [UInt8](input.dropFirst())
    switch choice % 3 {
    case 0: try WorkbookCheck.read(rest)
    case 1: try WorkbookCheck.read(package(rest).bytes)
    default:
      var file = sound
      for start in stride(from: 0, to: rest.count - 2, by: 3) {
        let place = Int(rest[start]) | Int(rest[start + 1]) << 8
        file.replace(at: place % file.count, with: [rest[start + 2]])
      }
      try WorkbookCheck.read(file)
    }
  }

  /// Returns a file with the parts. An empty one is as it should be; one that begins with `+` is the content of the
  /// part's table, and any other is whole.
  private static func package(_ input: [UInt8]) -> PackageBuilder {
    var package = PackageBuilder()
    for (name, content) in zip(partNames, input.split(separator: separator, omittingEmptySubsequences: false)) {
      guard let first = content.first else { continue }
      guard first == UInt8(ascii: "+") else {
        package.parts[name] = Array(content)
        continue
      }
      let text = String(decoding: content.dropFirst(), as: UTF8.self)
      switch name {
      case partNames[0]: package.rows = text
      case partNames[1]: package.texts = text
      case partNames[2]: package.cellFormats = text
      default: package.properties = text
      }
    }
    return package
  }
}
