import FoundationEssentials

extension WARCRecord {
  private static let infoType = "application/warc-fields"

  /// Creates a `warcinfo` record, which describes the file and is its first record.
  /// - Parameters:
  ///   - info: fields of the description. The standard defines `software`, `format`, `description`, `operator`, `robots`
  ///     and others.
  ///   - filename: the name of the file.
  /// - Throws: `malformed` for a name that is not a token, or a value with control characters or white space around it.
  public init(info: [WARCField], filename: String? = nil, at date: Date, id: String) throws(WARCError) {
    var text = ""
    for field in info {
      guard HeaderText.isToken(field.name), HeaderText.isPlain(field.value) else {
        throw WARCError(.malformed, "a field of the warcinfo record cannot be written on one line")
      }
      text += "\(field.name): \(field.value)\r\n"
    }
    try self.init(
      .warcinfo, id: id, date: date, contentType: Self.infoType,
      fields: filename.map { [WARCField(FieldName.filename, $0)] } ?? [], block: Data(text.utf8))
  }

  /// Returns the fields in the block of a `warcinfo` record.
  /// - Throws: `malformed` if the record holds something else.
  public func info() throws(WARCError) -> [WARCField] {
    guard kind == .warcinfo, let contentType, contentType.lowercased().hasPrefix(Self.infoType) else {
      throw WARCError(.malformed, "not a warcinfo record with fields")
    }
    // The block has fields only: a start line and an empty line make it a header.
    return try HeaderBlock(Data("warcinfo\r\n".utf8) + block + Data("\r\n\r\n".utf8), of: "the warcinfo").fields
  }
}
