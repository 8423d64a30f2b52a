import Foundation
import WARC

/// Reads the input as a WARC file or, if its first byte is odd, as the content of a member.
enum WARCTarget {
  static func read(_ input: Data) throws {
    guard let first = input.first else { return }
    let rest = Data(input.dropFirst())
    do {
      if first % 2 == 1 {
        try check(try WARCRecord(serialized: rest))
        return
      }
      var reader = try WARCReader(rest, maximumRecordBytes: 1 << 20)
      var end = rest.startIndex
      while let member = try reader.next() {
        try require(member.range.lowerBound == end, "a gap before the member at \(member.range.lowerBound)")
        end = member.range.upperBound
        try check(member.record)
      }
      try require(end == rest.endIndex, "the file ends at \(end) of \(rest.endIndex)")
    } catch is WARCError {
    }
  }

  /// Requires that a record that can be written is read back unchanged, except that its date is rounded to milliseconds.
  private static func check(_ record: WARCRecord) throws {
    _ = try? record.response()
    guard let once = try rewritten(record) else { return }
    try require(
      (once.kind, once.id, once.targetURI, once.contentType) == (
        record.kind, record.id, record.targetURI, record.contentType
      ) && once.block == record.block && abs(once.date.timeIntervalSince(record.date)) < 0.002
        && (once.fields == record.fields || Array(once.fields.dropFirst()) == record.fields),
      "a different record is read than was written")
    try require(try rewritten(once) == once, "a record changes when it is read and written again")
  }

  private static func rewritten(_ record: WARCRecord) throws -> WARCRecord? {
    guard
      let written = try? WARCRecord(
        record.kind, id: record.id, date: record.date, targetURI: record.targetURI, contentType: record.contentType,
        fields: record.fields, block: record.block)
    else { return nil }
    do {
      let read = try WARCReader.members(of: try written.compressed())
      try require(read.count == 1, "one record was written, and \(read.count) were read")
      return read.first?.record
    } catch let error as WARCError {
      throw FuzzTarget.Violation(description: "a written record cannot be read: \(error)")
    }
  }
}
