import Foundation
import TestSupport
import Testing
import WARC

/// Any bytes give the records that were written or a `WARCError`, in bounded time and memory.
@Suite(.timeLimit(.minutes(45)))
struct WARCRobustnessTests {
  private let records: [WARCRecord]
  private let file: Data
  private let ends: [Int]

  init() throws {
    records = [
      try WARCRecord(info: [WARCField("software", "x")], at: fetched, id: "a:b"), try makeRecord(),
      try makeRecord(makeResponse("", status: 404)),
    ]
    let members = try records.map { try $0.compressed() }
    file = members.reduce(Data(), +)
    ends = members.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
  }

  /// Returns the records before the first error, and the error.
  private func read(_ bytes: Data, maximumRecordBytes: Int = 1 << 20) throws -> ([WARCRecord], WARCError?) {
    var reader = try WARCReader(bytes, maximumRecordBytes: maximumRecordBytes)
    var records: [WARCRecord] = []
    do {
      while let member = try reader.next() {
        records.append(member.record)
        _ = try? member.record.response()
      }
      return (records, nil)
    } catch {
      return (records, error)
    }
  }

  @Test("A file truncated anywhere gives its complete records and a truncation error")
  func truncation() throws {
    for length in 0...file.count {
      // A copy of these bytes alone, so that the sanitizer notices a read past their end.
      let (found, error) = try read(Data(Array(file.prefix(length))))
      let whole = ends.filter { $0 <= length }.count - 1
      #expect(found == Array(records.prefix(whole)))
      #expect(error?.kind == (ends.contains(length) ? nil : .truncated))
      #expect(error?.offset == (ends.contains(length) ? nil : ends[whole]))
    }
  }

  @Test("A file with any bit flipped gives an error or the records that were written")
  func flips() throws {
    for position in file.indices {
      // By default one bit of each byte: all bits are tested, at different positions.
      for bit in Robustness.isFull ? 0..<8 : position % 8..<position % 8 + 1 {
        var bytes = file
        bytes[position] ^= 1 << bit
        let (found, error) = try read(bytes)
        #expect(found == Array(records.prefix(found.count)), "byte \(position), bit \(bit)")
        #expect(error != nil || found.count == records.count)
      }
    }
  }

  @Test("A record with any byte changed and a correct CRC gives an error or one record")
  func flipsInside() throws {
    let text = records[1].serialized
    for position in text.indices {
      let masks: [UInt8] = [1, 0x20, 0x80, 0xFF]
      for flip in Robustness.isFull ? masks : [masks[position % masks.count]] {
        var bytes = text
        bytes[position] ^= flip
        let (found, error) = try read(makeMember(bytes))
        #expect(found.count + (error == nil ? 0 : 1) == 1)
        // The digest in the header protects the block.
        if let record = found.first, record.fields["WARC-Block-Digest"] != nil {
          #expect(record.block == records[1].block)
        }
      }
    }
  }

  @Test("Random bytes are an error, alone and after the beginning of a gzip member")
  func garbage() throws {
    var random = SplitMix(seed: 7)
    for round in 0..<Robustness.amount(3000) {
      let bytes = Data(
        (0..<Int.random(in: 1...200, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) })
      let heads = [[], [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3], [0x1F, 0x8B, 8, UInt8(round & 31), 0, 0, 0, 0, 0, 3]]
      for head in heads { #expect(try read(Data(head) + bytes).1 != nil) }
      #expect(try read(makeMember(bytes)).1?.kind == .malformed)
      #expect(try read(file + bytes).0 == records)
    }
  }

  @Test("Pieces of records in any order give records or an error")
  func shuffled() throws {
    var random = SplitMix(seed: 11)
    let pieces = [
      "WARC/1.1", "\r\n", "\r\n\r\n", "\n", "\r", ":", " ", "Content-Length: ", "3", "0", "99999999999",
      "WARC-Type: response",
      "WARC-Record-ID: <a:b>", "WARC-Date: 2024-05-31T20:00:00Z", "HTTP/1.1 200 OK", "abc", "<", "\u{301}", "\0",
    ]
    for _ in 0..<Robustness.amount(5000) {
      let text = (0..<Int.random(in: 1...25, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }
      _ = try read(makeMember(Data(("WARC/1.1\r\n" + text.joined()).utf8)))
    }
  }

  @Test("A gzip bomb is refused before it is decompressed")
  func bomb() throws {
    let zeros = try makeRecord(makeResponse(String(repeating: "\0", count: Robustness.amount(200 << 20)))).compressed()
    #expect(zeros.count < 1 << 20)
    let clock = ContinuousClock()
    var error: WARCError?
    let time = try clock.measure { error = try read(zeros, maximumRecordBytes: 1 << 20).1 }
    #expect(error?.kind == .tooLarge)
    #expect(time < .seconds(10))
  }

  @Test("Many fields are read; a header without an end is refused")
  func manyFields() throws {
    let fields = (0..<Robustness.amount(5000)).map { WARCField("X-\($0 % 100)", "\($0)") }
    let record = try makeRecord(makeResponse(headers: fields))
    #expect(try read(record.compressed()).0 == [record])
    #expect(try record.response().headers == fields)
    let many = try WARCRecord(.warcinfo, id: "a:b", date: fetched, fields: fields, block: Data())
    #expect(try read(many.compressed()).0 == [many])

    let folds = "A:\r\n" + String(repeating: " x\r\n", count: Robustness.amount(200_000))
    #expect(try read(makeMember(Data(makeText(more: [folds + "B:"]).utf8))).0.count == 1)
    // More than the maximum of 1 MiB, by default in fewer lines.
    let line = Robustness.isFull ? "A:\n" : "A: \(String(repeating: "x", count: 60))\n"
    let endless = Data(("WARC/1.1\r\n" + String(repeating: line, count: (5 << 18) / line.utf8.count)).utf8)
    #expect(try read(makeMember(endless), maximumRecordBytes: 8 << 20).1?.kind == .tooLarge)
    let oneLine = Data(("WARC/1.1\r\n" + String(repeating: "A", count: 5 << 18)).utf8)
    #expect(try read(makeMember(oneLine), maximumRecordBytes: 8 << 20).1?.kind == .malformed)
  }
}
