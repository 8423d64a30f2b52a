import FoundationEssentials

extension WARCRecord {
  private static let infoType = "application/warc-fields"

  /// A `warcinfo` record, which tells about the file that it begins.
  /// - Parameters:
  ///   - info: by the standard's names where it has them: `software`, `format`, `description`, `operator`, `robots` …
  ///   - filename: what the file is called.
  /// - Throws: `malformed` for a name that is no token, or a value with control characters or white space around it.
  public init(info: [WARCField], filename: String? = nil, at date: Date, id: String) throws(WARCError) {
    var text = ""
    for field in info {
      guard HeaderText.isToken(field.name), HeaderText.isPlain(field.value) else {
        throw WARCError(.malformed, "a field of the warcinfo that cannot be written on one line")
      }
      text += "\(field.name): \(field.value)\r\n"
    }
    try self.init(
      .warcinfo, id: id, date: date, contentType: Self.infoType,
      fields: filename.map { [WARCField(FieldName.filename, $0)] } ?? [], block: Data(text.utf8))
  }

  /// The fields in the block of a `warcinfo` record.
  /// - Throws: `malformed` when the record holds something else.
  public func info() throws(WARCError) -> [WARCField] {
    guard kind == .warcinfo, let contentType, contentType.lowercased().hasPrefix(Self.infoType) else {
      throw WARCError(.malformed, "not a warcinfo record with fields")
    }
    return try HeaderBlock(block + Data("\r\n\r\n".utf8), startLine: false, of: "the warcinfo").fields
  }
}
