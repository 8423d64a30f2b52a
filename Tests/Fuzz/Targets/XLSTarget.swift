import Foundation
import Spreadsheet
import SpreadsheetSupport

/// The first byte chooses: the rest is a whole file; or a stream of records; or records of which each has a kind, a
/// length and data; or the same in a file, of which the second byte says how many changes follow, each of a place and a
/// byte.
enum XLSTarget {
  private static let kinds = [
    0x203, 0x27E, 0xBD, 0xFD, 0x204, 0xD6, 0x06, 0x207, 0x205, 0x3C, 0xFC, 0x41E, 0xE0, 0x22, 0x85, 0x809, 0x0A, 0x2F,
    0x4BC, 0x406, 0x200, 0x3C, 0xFD, 0x06,
  ]

  static func read(_ input: Data) throws {
    guard let choice = input.first else { return }
    let rest = [UInt8](input.dropFirst())
    switch choice % 4 {
    case 0: try WorkbookCheck.read(rest)
    case 1: try WorkbookCheck.read(RecordBuilder.beginning(5) + rest)
    case 2: try WorkbookCheck.read(records(rest).stream)
    default:
      guard let count = rest.first else { return }
      let changes = rest.dropFirst().prefix(3 * Int(count % 16))
      let stream = records(Array(rest.dropFirst(1 + changes.count))).stream
      var file = CompoundFileBuilder.file([("Workbook", stream)])
      for start in stride(from: changes.startIndex, to: changes.endIndex - 2, by: 3) {
        let place = Int(changes[start]) | Int(changes[start + 1]) << 8
        file.replace(at: place % file.count, with: [changes[start + 2]])
      }
      try WorkbookCheck.read(file)
    }
  }

  /// Returns the records of the input: those before the first of the kind 255 are before the sheet.
  private static func records(_ input: [UInt8]) -> RecordBuilder {
    var builder = RecordBuilder()
    builder.globals = RecordBuilder.formats
    var isInSheet = false
    var place = 0
    while place + 1 < input.count {
      let (kind, length) = (Int(input[place]), Int(input[place + 1]))
      guard kind < 255 else {
        isInSheet = true
        place += 1
        continue
      }
      let end = min(place + 2 + length, input.count)
      let record = RecordBuilder.record(kinds[kind % kinds.count], Array(input[place + 2..<end]))
      if isInSheet { builder.cells += record } else { builder.globals += record }
      place = end
    }
    return builder
  }
}
