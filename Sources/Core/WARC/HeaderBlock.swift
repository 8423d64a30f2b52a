import FoundationEssentials
import Text

/// The start line and the header fields of a WARC record or an HTTP response, up to the empty line. Lines end with CRLF or,
/// from some writers, LF. A line that begins with white space continues the previous one (RFC 5322, 2.2.3).
struct HeaderBlock {
  let startLine: String
  let fields: [WARCField]
  /// The index after the empty line.
  let end: Data.Index

  private static let maximumBytes = 1 << 20

  /// - Parameters:
  ///   - bytes: the header, with or without content after it.
  ///   - subject: names the header in errors: `the HTTP response`.
  /// - Throws: `tooLarge` for more than 1 MiB; `malformed` if there is no empty line, or a line is not a field.
  init(_ bytes: Data, of subject: String) throws(WARCError) {
    var lines: [(name: Data, value: Data)] = []
    var startLine: Data?
    var position = bytes.startIndex
    while true {
      guard let feed = bytes[position...].prefix(Self.maximumBytes).firstIndex(of: 0x0A) else {
        throw WARCError(.malformed, "the header of \(subject) has no end")
      }
      guard feed - bytes.startIndex < Self.maximumBytes else {
        throw WARCError(.tooLarge, "\(subject) has a header of more than \(Self.maximumBytes) bytes")
      }
      var line = bytes[position..<feed]
      if line.last == 0x0D { line = line.dropLast() }
      position = feed + 1
      if startLine == nil {
        startLine = line
      } else if line.isEmpty {
        break
      } else if line.first == 0x20 || line.first == 0x09 {
        guard !lines.isEmpty else { throw WARCError(.malformed, "\(subject) begins with a folded line") }
        lines[lines.count - 1].value += [0x20] + line.trimming(while: \.isHTTPSpace)
      } else {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
          throw WARCError(.malformed, "\(subject) has a header line without a colon")
        }
        lines.append((line[..<colon], Data(line[(colon + 1)...].trimming(while: \.isHTTPSpace))))
      }
    }
    self.startLine = startLine.map { String(decoding: $0, as: UTF8.self) } ?? ""
    fields = lines.map { line in
      WARCField(
        String(decoding: line.name.trimming(while: \.isHTTPSpace), as: UTF8.self),
        String(decoding: line.value.trimming(while: \.isHTTPSpace), as: UTF8.self))
    }
    end = position
  }
}
