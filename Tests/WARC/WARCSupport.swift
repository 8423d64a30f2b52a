import Foundation
import WARC

/// 31 May 2024, 20:00:00.123 UTC.
let fetched = Date(timeIntervalSince1970: 1_717_185_600.123)

func makeResponse(
  _ body: String = "<p>Café</p>\n", status: Int = 200, reason: String = "OK",
  headers: [WARCField] = [WARCField("Content-Type", "text/html"), WARCField("ETag", "\"1\"")]
) -> WARCResponse {
  WARCResponse(status: status, reason: reason, headers: headers, body: Data(body.utf8))
}

func makeRecord(
  _ response: WARCResponse = makeResponse(), url: String = "https://example.org/a?b=c",
  id: String = "urn:uuid:00000000-0000-4000-8000-000000000001"
) throws -> WARCRecord {
  try WARCRecord(response, from: url, at: fetched, id: id)
}

/// Returns an uncompressed record assembled from its lines; nothing is added.
func makeText(
  version: String = "WARC/1.1", type: String = "WARC-Type: resource", id: String = "WARC-Record-ID: <urn:x:1>",
  date: String = "WARC-Date: 2024-05-31T20:00:00Z", length: String? = nil, more: [String] = [], block: String = "abc",
  end: String = "\r\n\r\n", lineEnd: String = "\r\n"
) -> String {
  let length = length ?? "Content-Length: \(block.utf8.count)"
  return ([version, type, id, date] + more + [length, ""]).filter { !$0.isEmpty }.joined(separator: lineEnd)
    + lineEnd + lineEnd + block + end
}

/// Returns a gzip member (RFC 1952) whose data are stored uncompressed. Does not use zlib.
func makeMember(_ content: Data) -> Data {
  var member = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
  var rest = content[...]
  repeat {
    let piece = rest.prefix(65_535)
    rest = rest.dropFirst(piece.count)
    member.append(rest.isEmpty ? 1 : 0)
    for number in [piece.count, ~piece.count] { member += [UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF)] }
    member += piece
  } while !rest.isEmpty
  for number in [crc32(content), UInt32(truncatingIfNeeded: content.count)] {
    member += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
  return member
}

private func crc32(_ bytes: Data) -> UInt32 {
  ~bytes.reduce(UInt32.max) { $0 >> 8 ^ crc32Table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
}

private let crc32Table = (0..<UInt32(256)).map { index in
  (0..<8).reduce(index) { sum, _ in sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
}
