import Contracts
import JSON
import Processing

extension JSONParser {
  /// Reads a document.
  /// - Throws: `SourceChanged` with line and column for a text that is not JSON in UTF-8.
  static func value(of bytes: [UInt8], in body: RawBody) throws(PipelineError) -> JSONValue {
    try checkEncoding(bytes, in: body)
    do {
      return try JSONValue(parsing: bytes)
    } catch {
      throw PipelineError(.sourceChanged, "\(body.address) is not JSON: \(error)\(hint(bytes, in: body))")
    }
  }

  /// Parses JSON Lines: a JSON text on each line that is not blank. Positions are the lines, from 1.
  func parseLines(_ body: RawBody) throws(PipelineError) -> Records {
    let stream = JSONLinesStream(body)
    var all = Records()
    try stream.add(body.bytes, isLast: true) { (records) throws(PipelineError) in
      all.records += records.records
      all.rejected += records.rejected
    }
    return all
  }

  /// - Parameter bytes: the beginning of the body.
  static func checkEncoding(_ bytes: [UInt8], in body: RawBody) throws(PipelineError) {
    guard let name = foreignEncoding(bytes) else { return }
    throw PipelineError(
      .sourceChanged,
      "\(body.address) is in \(name): JSON that is exchanged is in UTF-8 (RFC 8259). Ask the source for UTF-8")
  }

  /// The encoding of a text that is not in UTF-8, by its byte order mark or, as JSON begins with an ASCII character, by
  /// the zeros of its first four bytes.
  private static func foreignEncoding(_ bytes: [UInt8]) -> String? {
    let start = Array(bytes.prefix(4))
    if start.starts(with: [0xFF, 0xFE, 0, 0]) { return "UTF-32LE" }
    if start.starts(with: [0, 0, 0xFE, 0xFF]) { return "UTF-32BE" }
    if start.starts(with: [0xFF, 0xFE]) { return "UTF-16LE" }
    if start.starts(with: [0xFE, 0xFF]) { return "UTF-16BE" }
    guard start.count == 4 else { return nil }
    return switch start.map({ $0 == 0 }) {
    case [false, true, true, true]: "UTF-32LE"
    case [true, true, true, false]: "UTF-32BE"
    case [false, true, false, true], [false, true, false, false]: "UTF-16LE"
    case [true, false, true, false], [true, false, false, false]: "UTF-16BE"
    default: nil
    }
  }

  /// - Parameter bytes: the beginning of the body.
  static func hint(_ bytes: [UInt8], in body: RawBody) -> String {
    if bytes.first(where: { $0 > 0x20 }) == UInt8(ascii: "<") {
      return ". It looks like HTML or XML: open the address, and see what the source answers"
    }
    if let charset = body.charset, !["utf-8", "utf8", "us-ascii"].contains(charset.lowercased()) {
      return ". The source says that its encoding is \(charset.prefix(40)), but JSON is in UTF-8"
    }
    return ""
  }
}
