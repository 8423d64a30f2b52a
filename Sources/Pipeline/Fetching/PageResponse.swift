import FoundationEssentials
import HTTP

/// A source's response to one request, of any status.
public struct PageResponse: Sendable {
  /// The requested address. Secrets in it are replaced.
  public let url: String
  public let status: Int
  /// The response headers. Secrets in them are replaced.
  public let headers: HTTPHeaders
  /// The body without transfer and content coding.
  public let body: Data
  /// The start of the request, in whole milliseconds, as archives store it.
  public let fetchedAt: Date

  public init(url: String, status: Int, headers: HTTPHeaders, body: Data, fetchedAt: Date) {
    self.url = url
    self.status = status
    self.headers = headers
    self.body = body
    self.fetchedAt = Date(timeIntervalSince1970: (fetchedAt.timeIntervalSince1970 * 1000).rounded() / 1000)
  }

  /// True if the response may be stored and reused: 2xx, permanent redirects (RFC 9110, 15.4), 404 and 410. A robots.txt
  /// that is an HTML page is an error page, and may be gone soon.
  var isReusable: Bool {
    switch status {
    case 200..<300: !(isHTML && url.hasSuffix("/robots.txt"))
    case 301, 308: redirect != nil
    default: isMissing
    }
  }

  var contentType: ContentType? { headers["Content-Type"].map(ContentType.init) }

  var isHTML: Bool { contentType.map { ["text/html", "application/xhtml+xml"].contains($0.name) } ?? false }

  private var isMissing: Bool { status == 404 || status == 410 }

  /// The headers of a conditional request (RFC 9110, 13.1).
  static let validatorHeaders = ["If-None-Match", "If-Modified-Since"]

  /// Returns the request that asks whether the page has changed. Without validators the source sends it whole.
  /// - Parameter url: the address to request, secrets included.
  func revalidationRequest(_ url: String) -> FetchRequest {
    var request = FetchRequest(url)
    if (200..<300).contains(status) {
      request.headers["If-None-Match"] = headers["ETag"]
      request.headers["If-Modified-Since"] = headers["Last-Modified"]
    }
    return request
  }

  /// Returns the page, if the response is a usable one.
  /// - Parameter validated: the time at which the source last confirmed that the page is current.
  package func page(validated: Date, accepting policy: FetchPolicy) throws(FetchError) -> Page {
    switch status {
    case 200..<300: break
    case 401, 403: throw FetchError(.refused, "status \(status)")
    case 429: throw FetchError(.throttled, "status 429")
    case _ where isMissing: throw FetchError(.missing, "status \(status)")
    default: throw FetchError(.unavailable, "status \(status)")
    }
    let type = contentType
    guard policy.accepts(type?.name) else {
      let accepted = policy.mediaTypes.joined(separator: " or ")
      throw FetchError(.unusable, "its media type is '\(type?.name.prefix(40) ?? "")', not \(accepted)")
    }
    return Page(body, charset: type?.charset, status: status, headers: headers, validated: validated)
  }
}
