/// Names of the fields that `WARCRecord` writes or interprets.
enum FieldName {
  static let type = "WARC-Type"
  static let id = "WARC-Record-ID"
  static let date = "WARC-Date"
  static let targetURI = "WARC-Target-URI"
  static let contentType = "Content-Type"
  static let contentLength = "Content-Length"
  static let blockDigest = "WARC-Block-Digest"
  static let payloadDigest = "WARC-Payload-Digest"
  static let filename = "WARC-Filename"

  /// Fields that have their own properties in `WARCRecord` and are not in its `fields`.
  static let own = [type, id, date, targetURI, contentType, contentLength]
}
