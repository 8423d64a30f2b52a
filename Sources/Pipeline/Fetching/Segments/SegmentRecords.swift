import Contracts
import FoundationEssentials
import HTTP
import RawStore
import WARC

/// The records of a body in segments, after the WARC standard's chapter 'Record segmentation': a `response` record with
/// number 1, then `continuation` records, of which the last one has the length of all blocks.
/// https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/#record-segmentation
struct SegmentRecords {
  static let number = "WARC-Segment-Number"
  static let origin = "WARC-Segment-Origin-ID"
  static let total = "WARC-Segment-Total-Length"

  private let url: String
  private let writer: RecordWriter
  /// The id of the first record.
  let id: String
  private let date: Date
  private var count = 0
  private var length = 0

  init(url: String, at date: Date, writer: RecordWriter) {
    self.url = url
    self.writer = writer
    self.date = date
    id = writer.newID()
  }

  /// Returns the first record as a gzip member.
  mutating func first(_ body: Data, headers: HTTPHeaders) throws(WARCError) -> Data {
    let response = WARCResponse(status: 200, headers: headers.map { WARCField($0.name, $0.value) }, body: body)
    // The digest of the payload is that of all segments, which is not known yet.
    let record = try WARCRecord(
      response, from: url, at: date, id: id, fields: [WARCField(Self.number, "1")], hasPayloadDigest: false)
    count = 1
    length = record.block.count
    return try writer.member(of: record)
  }

  /// Returns another record as a gzip member.
  mutating func next(_ bytes: Data, isLast: Bool) throws(WARCError) -> Data {
    count += 1
    length += bytes.count
    var fields = [WARCField(Self.number, "\(count)"), WARCField(Self.origin, "<\(id)>")]
    if isLast { fields.append(WARCField(Self.total, "\(length)")) }
    return try writer.member(
      of: WARCRecord(.continuation, id: writer.newID(), date: date, targetURI: url, fields: fields, block: bytes))
  }
}

extension WARCRecord.Kind {
  /// A record that continues another one.
  static let continuation = WARCRecord.Kind(rawValue: "continuation")
}

extension WARCRecord {
  /// True for the first record of a body whose other segments are in other records.
  var isFirstSegment: Bool { kind == .response && fields[SegmentRecords.number] != nil }
}
