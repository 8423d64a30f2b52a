import FoundationEssentials
import HTTP

/// A usable response: a page, or a document of an API.
public struct Page: Equatable, Sendable {
  public var body: Data
  /// The encoding that the Content-Type header names.
  public var charset: String?
  public var status: Int
  /// The response headers. Secrets in them are replaced.
  public var headers: HTTPHeaders
  /// The time at which the source last confirmed that the page is current.
  public var validated: Date
  /// The id of the response's record in the archive; empty for a page that no archive holds. It is no part of what
  /// makes two pages equal.
  public var record: String
  /// False if only the end of the connection showed where the body ends, so that a cut one may look whole.
  public var isDelimited = true

  public init(
    _ body: Data, charset: String? = nil, status: Int = 200, headers: HTTPHeaders = [:], validated: Date,
    record: String = ""
  ) {
    self.body = body
    self.charset = charset
    self.status = status
    self.headers = headers
    self.validated = validated
    self.record = record
  }

  public static func == (left: Page, right: Page) -> Bool {
    left.body == right.body && left.charset == right.charset && left.status == right.status
      && left.headers.elementsEqual(right.headers, by: ==) && left.validated == right.validated
  }
}
