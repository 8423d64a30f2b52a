import FoundationEssentials
import HTTP

/// What a site answered when it was asked for a page, whatever the answer says.
public struct PageResponse: Sendable {
  /// What was asked for.
  public let url: String
  public let status: Int
  public let headers: HTTPHeaders
  /// Without transfer and content coding.
  public let body: Data
  /// When it was asked for; in whole milliseconds, as archives hold it.
  public let fetchedAt: Date

  public init(url: String, status: Int, headers: HTTPHeaders, body: Data, fetchedAt: Date) {
    self.url = url
    self.status = status
    self.headers = headers
    self.body = body
    self.fetchedAt = Date(timeIntervalSince1970: (fetchedAt.timeIntervalSince1970 * 1000).rounded() / 1000)
  }

  /// Whether the next one who wants the page is served by this answer: it is the page, or says where it is for good (RFC
  /// 9110, 15.4), or that there is none. A robots.txt that is an HTML page may pass.
  var isShareable: Bool {
    switch status {
    case 200..<300: !(isHTML && url.hasSuffix("/robots.txt"))
    case 301, 308: redirect != nil
    default: isMissing
    }
  }

  var isHTML: Bool { headers["Content-Type"].map { ContentType($0).isHTML } ?? false }

  private var isMissing: Bool { status == 404 || status == 410 }

  /// The same page asked for again. Without validators the site sends it whole.
  var revalidationRequest: PageRequest {
    (200..<300).contains(status)
      ? PageRequest(url, etag: headers["ETag"], lastModified: headers["Last-Modified"]) : PageRequest(url)
  }

  /// What the answer is worth to who wants a page.
  /// - Parameter validated: when the site last said that this is the page.
  package func page(validated: Date) throws(FetchError) -> Page {
    switch status {
    case 200..<300: break
    case 429: throw FetchError(.throttled, "status 429")
    case _ where isMissing: throw FetchError(.missing, "status \(status)")
    default: throw FetchError(.unavailable, "status \(status)")
    }
    let type = ContentType(headers["Content-Type"] ?? "text/html")
    guard type.isHTML else { throw FetchError(.unusable, "no HTML but '\(type.name.prefix(40))'") }
    return Page(body, charset: type.charset, validated: validated)
  }
}

/// A Content-Type header (RFC 9110, 8.3): `text/html; charset="utf-8"`.
struct ContentType: Equatable {
  /// In lower case, without parameters.
  let name: String
  let charset: String?

  init(_ header: String) {
    let parts = header.lowercased().split(separator: ";", omittingEmptySubsequences: false).map {
      $0.filter { !$0.isWhitespace && $0 != "\"" }
    }
    name = parts[0]
    charset = parts.dropFirst().first { $0.hasPrefix("charset=") }.map { String($0.dropFirst("charset=".count)) }
  }

  var isHTML: Bool { name == "text/html" || name == "application/xhtml+xml" }
}
