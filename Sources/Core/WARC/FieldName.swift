/// The named fields that a record keeps as something else than text, and the digests.
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

  /// Those that are not among a record's `fields`.
  static let own = [type, id, date, targetURI, contentType, contentLength]
}
