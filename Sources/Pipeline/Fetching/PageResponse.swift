import Compression
import FoundationEssentials
import HTTP
import WARC

/// A source's response to one request, of any status.
public struct PageResponse: Sendable {
  /// The requested address. Secrets in it are replaced.
  public let url: String
  public let status: Int
  /// The response headers. Secrets in them are replaced.
  public let headers: HTTPHeaders
  /// The body without transfer and content coding.
  public let body: Data
  /// The body as it is archived: as received, with the content coding that the headers name. Nil if that is `body`.
  public let codedBody: Data?
  /// The start of the request, in whole milliseconds, as archives store it.
  public let fetchedAt: Date

  /// - Parameter codedBody: the body before its content coding was removed; nil if it has none.
  public init(
    url: String, status: Int, headers: HTTPHeaders, body: Data, codedBody: Data? = nil, fetchedAt: Date
  ) {
    self.url = url
    self.status = status
    self.headers = headers
    self.body = body
    self.codedBody = codedBody
    self.fetchedAt = Date(timeIntervalSince1970: (fetchedAt.timeIntervalSince1970 * 1000).rounded() / 1000)
  }

  /// A response from an archive, which holds the body as received.
  /// - Parameter maximumBytes: the limit of the decoded body.
  /// - Throws: `CompressionError` if the body cannot be decoded and the response is a successful one.
  init(
    url: String, status: Int, headers: HTTPHeaders, archivedBody: Data, maximumBytes: Int, fetchedAt: Date
  ) throws(CompressionError) {
    let codings = ContentCodings(headers.list("Content-Encoding") ?? "")
    var body = archivedBody
    do { body = try codings.decode(archivedBody, maximumBytes: maximumBytes) } catch {
      if (200..<300).contains(status) { throw error }
    }
    self.init(
      url: url, status: status, headers: headers, body: body, codedBody: codings.isEmpty ? nil : archivedBody,
      fetchedAt: fetchedAt)
  }

  /// The same response, sent at another time.
  func fetched(at date: Date) -> PageResponse {
    PageResponse(url: url, status: status, headers: headers, body: body, codedBody: codedBody, fetchedAt: date)
  }

  /// True if the response may be stored and reused: 2xx but for a part of a page, permanent redirects (RFC 9110, 15.4), 404
  /// and 410. A redirect that sets a cookie may lead to a page that asks for it, which other scrapers do not have.
  var isReusable: Bool {
    switch status {
    case 206: false
    case 200..<300: true
    case 301, 308: redirect != nil && !setsCookie
    default: isMissing
    }
  }

  var contentType: ContentType? { headers.list("Content-Type").flatMap { ContentType($0) } }

  var isHTML: Bool { contentType.map { ["text/html", "application/xhtml+xml"].contains($0.name) } ?? false }

  var setsCookie: Bool { headers["Set-Cookie"] != nil }

  private var isMissing: Bool { status == 404 || status == 410 }

  /// The headers of a conditional request (RFC 9110, 13.1).
  static let validatorHeaders = ["If-None-Match", "If-Modified-Since"]

  /// Returns a validator that can be sent back. A server that sends a long one may not accept it (431), and bytes beyond
  /// ASCII may not arrive as they were sent. A star stands for every version: the page would never change again.
  private static func validator(_ value: String?) -> String? {
    guard let value, !value.isEmpty, value != "*", value.utf8.count <= 1024 else { return nil }
    return value.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? value : nil
  }

  /// Returns the request that asks whether the page has changed. Without validators the source sends it whole; so it
  /// does if this response may be a cut one.
  /// - Parameter url: the address to request, secrets included.
  func revalidationRequest(_ url: String) -> FetchRequest {
    var request = FetchRequest(url)
    if (200..<300).contains(status), isWhole {
      request.headers["If-None-Match"] = Self.validator(headers["ETag"])
      request.headers["If-Modified-Since"] = Self.validator(headers["Last-Modified"])
    }
    return request
  }

  /// Returns the page, if the response is a usable one.
  /// - Parameter validated: the time at which the source last confirmed that the page is current.
  package func page(validated: Date, accepting policy: FetchPolicy) throws(FetchError) -> Page {
    if policy.keptStatuses.contains(status) {
      return Page(body, charset: contentType?.charset, status: status, headers: headers, validated: validated)
    }
    switch status {
    case 206: throw FetchError(.unavailable, "status 206: a part of the page, which nobody asked for")
    case 200..<300: break
    case 401, 403: throw FetchError(.refused, "status \(status)")
    case 429: throw FetchError(.throttled, "status 429")
    case _ where isMissing: throw FetchError(.missing, "status \(status)")
    default: throw FetchError(.unavailable, "status \(status)")
    }
    guard isWhole else {
      throw FetchError(.unavailable, "the page has no </html>, and nothing else shows that it was received whole")
    }
    let type = contentType
    guard policy.accepts(type?.name) else {
      let accepted = policy.mediaTypes.joined(separator: " or ")
      throw FetchError(.unusable, "its media type is '\(type?.name.prefix(40) ?? "")', not \(accepted)")
    }
    return Page(body, charset: type?.charset, status: status, headers: headers, validated: validated)
  }
}
