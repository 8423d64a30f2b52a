import FoundationEssentials
import Time

extension WARCRecord {
  /// The uncompressed record.
  public var serialized: Data {
    var head = "WARC/1.1\r\n"
    func add(_ name: String, _ value: String) { head += "\(name): \(value)\r\n" }
    add(FieldName.type, kind.rawValue)
    add(FieldName.id, "<\(id)>")
    // `utc` rounds down, and a date that was read may be slightly less than its millisecond.
    add(FieldName.date, RFC3339.utc(date.addingTimeInterval(0.0005)))
    if let targetURI { add(FieldName.targetURI, targetURI) }
    for field in fields { add(field.name, field.value) }
    if let contentType { add(FieldName.contentType, contentType) }
    add(FieldName.contentLength, "\(block.count)")
    var bytes = Data(capacity: head.utf8.count + block.count + 6)
    bytes.append(contentsOf: Array("\(head)\r\n".utf8))
    bytes.append(block)
    bytes.append(contentsOf: Array("\r\n\r\n".utf8))
    return bytes
  }

  /// Compresses the record into a gzip member. A WARC file is a sequence of such members, each of which can be read on its
  /// own. The same record gives the same bytes with the same version of zlib.
  /// - Throws: `library`.
  public func compressed() throws(WARCError) -> Data {
    try Deflater().member(of: serialized)
  }
}
