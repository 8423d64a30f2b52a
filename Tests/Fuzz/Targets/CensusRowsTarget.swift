import Foundation
import Geocoding

/// The rows of the Census geocoder's batches, and their writer.
enum CensusRowsTarget {
  static func read(_ input: Data) throws {
    guard let rows = CSVRows.rows(of: String(decoding: input, as: UTF8.self)) else { return }
    try require(rows.allSatisfy { !$0.isEmpty }, "a row has no values")
    try require(rows.joined().allSatisfy { $0.utf8.count <= 3 * input.count }, "a value is longer than the file")
    // What an address has comes back, but for line ends.
    let lines = rows.map { row in row.map { String($0.map { $0.isNewline ? " " : $0 }) } }
    let found = CSVRows.rows(of: CSVRows.text(of: rows))
    // By bytes: texts that look alike are equal for Swift.
    try require(
      found?.map { $0.map { Array($0.utf8) } } == lines.map { $0.map { Array($0.utf8) } },
      "rows change when they are written and read again")
  }
}
