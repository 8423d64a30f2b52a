import Compression
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
  /// own.
  /// - Parameter compressor: made once for many records.
  /// - Throws: `library`; `tooLarge` for a record of more than 1 GiB.
  public func compressed(
    by compressor: GzipCompressor, effort: GzipCompressor.Effort = .standard
  ) throws(WARCError) -> Data {
    do { return try compressor.member(of: serialized, effort: effort) } catch { throw WARCError(error) }
  }

  /// Compresses a single record.
  /// - Throws: as `compressed(by:effort:)`.
  public func compressed() throws(WARCError) -> Data {
    let compressor: GzipCompressor
    do { compressor = try GzipCompressor() } catch { throw WARCError(error) }
    return try compressed(by: compressor)
  }
}
