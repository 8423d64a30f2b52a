import FoundationEssentials

/// An HTTP response in a `response` record.
public struct WARCResponse: Equatable, Sendable {
  /// The HTTP status code, with three digits.
  public let status: Int
  /// The reason phrase. Often empty, because HTTP/2 has none.
  public let reason: String
  /// Headers in the order in which they were received.
  public let headers: [WARCField]
  public let body: Data

  public init(status: Int, reason: String = "", headers: [WARCField], body: Data) {
    self.status = status
    self.reason = reason
    self.headers = headers
    self.body = body
  }

  /// Creates the response whose body has no transfer coding any more, because the client removed it.
  ///
  /// Headers that describe another body than the recorded one would mislead a reader of the archive. They are renamed as
  /// web archives do: `X-Archive-Orig-Transfer-Encoding`.
  /// - Parameter isCoded: true if the body still has the content coding that its headers name.
  public func describingBody(isCoded: Bool) -> WARCResponse {
    let renamed = headers.map { field in
      let isStale =
        !isCoded && field.isNamed("Content-Encoding") || field.isNamed("Transfer-Encoding")
        || field.isNamed("Content-Length") && Int(field.value) != body.count
      return isStale ? WARCField("\(Self.renamed)\(field.name)", field.value) : field
    }
    return WARCResponse(status: status, reason: reason, headers: renamed, body: body)
  }

  /// The beginning of a renamed header's name.
  public static let renamed = "X-Archive-Orig-"
}

extension WARCRecord {
  private static let responseType = "application/http;msgtype=response"

  /// Creates a `response` record. In the reason and the headers, CR, LF and NUL become spaces (RFC 9110, 5.5), and white
  /// space around a value is removed. Everything else is kept.
  /// - Parameters:
  ///   - response: the response.
  ///   - url: the URL that was requested.
  ///   - date: the time of the request.
  ///   - id: the record's id; see `newID`.
  ///   - fields: further fields of the record.
  ///   - hasPayloadDigest: false for a response of which the body is a part.
  /// - Throws: `malformed` for a URL or an id with white space or control characters, or a status that does not have three
  ///   digits.
  public init(
    _ response: WARCResponse, from url: String, at date: Date, id: String, fields: [WARCField] = [],
    hasPayloadDigest: Bool = true
  ) throws(WARCError) {
    guard (100...999).contains(response.status) else {
      throw WARCError(.malformed, "the HTTP status does not have three digits")
    }
    var head = "HTTP/1.1 \(response.status) \(HeaderText.oneLine(response.reason))\r\n"
    for field in response.headers {
      head += "\(HeaderText.oneLine(field.name)): \(HeaderText.oneLine(field.value))\r\n"
    }
    try self.init(
      .response, id: id, date: date, targetURI: url, contentType: Self.responseType,
      fields: (hasPayloadDigest ? [WARCField(FieldName.payloadDigest, try Self.digest(of: response.body))] : [])
        + fields,
      block: Data((head + "\r\n").utf8) + response.body)
  }

  /// Parses the HTTP response in the block of a `response` record. The body is returned as it was recorded, with the
  /// content coding that its headers name.
  /// - Throws: `malformed` if the record is not an HTTP response.
  public func response() throws(WARCError) -> WARCResponse {
    guard kind == .response, let contentType, contentType.lowercased().hasPrefix("application/http") else {
      throw WARCError(.malformed, "the record is not an HTTP response")
    }
    let head = try HeaderBlock(block, of: "the HTTP response")
    let parts = head.startLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count >= 2, parts[0].hasPrefix("HTTP/"), parts[1].utf8.count == 3, let status = Int(parts[1]),
      status >= 100
    else { throw WARCError(.malformed, "the HTTP response has no status line") }
    return WARCResponse(
      status: status, reason: parts.count == 3 ? HeaderText.trimmed(parts[2]) : "", headers: head.fields,
      body: Data(block[head.end...]))
  }
}
