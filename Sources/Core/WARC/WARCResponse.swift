import FoundationEssentials

/// An HTTP answer as a `response` record holds it.
public struct WARCResponse: Equatable, Sendable {
  public let status: Int
  /// Often empty: HTTP/2 has none.
  public let reason: String
  /// In the order of the wire.
  public let headers: [WARCField]
  public let body: Data

  public init(status: Int, reason: String = "", headers: [WARCField], body: Data) {
    self.status = status
    self.reason = reason
    self.headers = headers
    self.body = body
  }

  /// The same answer for a body whose transfer and content coding the client has undone: the fields that are not true of
  /// it any more, which would mislead a reader of the archive, are kept under the names that web archives use.
  public var describingDecodedBody: WARCResponse {
    let renamed = headers.map { field in
      let isStale =
        field.isNamed("Content-Encoding") || field.isNamed("Transfer-Encoding")
        || field.isNamed("Content-Length") && Int(field.value) != body.count
      return isStale ? WARCField("X-Archive-Orig-\(field.name)", field.value) : field
    }
    return WARCResponse(status: status, reason: reason, headers: renamed, body: body)
  }
}

extension WARCRecord {
  private static let responseType = "application/http;msgtype=response"

  /// A `response` record. In the answer's texts, CR, LF and NUL become spaces, as RFC 9110 (5.5) has it, and white space
  /// around a value is dropped; everything else is kept.
  /// - Parameters:
  ///   - url: what was asked for.
  ///   - date: when it was.
  /// - Throws: `malformed` for a URL with white space or control characters, an identity that is none, or a status that
  ///   does not have three digits.
  public init(
    _ response: WARCResponse, from url: String, at date: Date, id: String, fields: [WARCField] = []
  ) throws(WARCError) {
    guard (100...999).contains(response.status) else {
      throw WARCError(.malformed, "an HTTP status that does not have three digits")
    }
    var head = "HTTP/1.1 \(response.status) \(HeaderText.oneLine(response.reason))\r\n"
    for field in response.headers {
      head += "\(HeaderText.oneLine(field.name)): \(HeaderText.oneLine(field.value))\r\n"
    }
    try self.init(
      .response, id: id, date: date, targetURI: url, contentType: Self.responseType,
      fields: [WARCField(FieldName.payloadDigest, try Self.digest(of: response.body))] + fields,
      block: Data((head + "\r\n").utf8) + response.body)
  }

  /// The HTTP answer in the block of a `response` record; the body as it was recorded, with whatever coding it has.
  /// - Throws: `malformed` when the record holds something else.
  public func response() throws(WARCError) -> WARCResponse {
    guard kind == .response, let contentType, contentType.lowercased().hasPrefix("application/http") else {
      throw WARCError(.malformed, "not a record of an HTTP answer")
    }
    let head = try HeaderBlock(block, startLine: true, of: "the HTTP answer")
    let parts = head.startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0].hasPrefix("HTTP/"), parts[1].utf8.count == 3, let status = Int(parts[1]),
      status >= 100
    else { throw WARCError(.malformed, "the HTTP answer has no status line") }
    return WARCResponse(
      status: status, reason: parts.count == 3 ? HeaderText.trimmed(parts[2]) : "", headers: head.fields,
      body: Data(block[head.end...]))
  }
}
