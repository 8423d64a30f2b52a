import Foundation
import WARC

/// The input is a WARC file, or, when its first byte is odd, what is inside one of its members.
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

  /// That a record which can be written is read as it was, but for its date, which is written to the millisecond.
  private static func check(_ record: WARCRecord) throws {
    _ = try? record.response()
    guard let once = try rewritten(record) else { return }
    try require(
      (once.kind, once.id, once.targetURI, once.contentType) == (
        record.kind, record.id, record.targetURI, record.contentType
      ) && once.block == record.block && abs(once.date.timeIntervalSince(record.date)) < 0.002
        && (once.fields == record.fields || Array(once.fields.dropFirst()) == record.fields),
      "a record was written, and another was read")
    try require(try rewritten(once) == once, "a record that was read is another when it is written again")
  }

  private static func rewritten(_ record: WARCRecord) throws -> WARCRecord? {
    guard
      let written = try? WARCRecord(
        record.kind, id: record.id, date: record.date, targetURI: record.targetURI, contentType: record.contentType,
        fields: record.fields, block: record.block)
    else { return nil }
    do {
      let read = try WARCReader.members(of: try written.compressed())
      try require(read.count == 1, "a record was written, and \(read.count) were read")
      return read.first?.record
    } catch let error as WARCError {
      throw FuzzTarget.Broken(description: "a record was written that cannot be read: \(error)")
    }
  }
}
