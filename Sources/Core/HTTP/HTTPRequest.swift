import FoundationEssentials

/// One HTTP request, as it is sent.
public struct HTTPRequest: Sendable {
  /// `GET`, `PUT`, or any other method.
  public var method: String
  /// An absolute http or https URL, percent-encoded. Its path is sent unchanged, without normalisation.
  public var url: String
  public var headers: HTTPHeaders
  /// Sent with its Content-Length, and with the Content-Type of `headers` if there is one. Nil sends no body.
  public var body: Data?
  /// The time from the start of the request to the last byte of the response.
  public var timeout: Duration
  /// The limit of the response body in bytes, as received and after decompression. A longer one is an error of kind
  /// `tooLarge`.
  public var maximumBodyBytes: Int
  /// True if the server may compress the response, which the client then decompresses.
  public var acceptsCompression: Bool
  /// Checks a successful response whose end only the end of its connection shows, which may be a cut one. False makes it
  /// an error of kind `interrupted`. Nil accepts every response.
  public var isWhole: (@Sendable (HTTPResponse) -> Bool)?
  /// The addresses to which connections may be opened for the request.
  public var peers = HTTPPeers.all

  public init(
    _ method: String = "GET", _ url: String, headers: HTTPHeaders = [:], body: Data? = nil,
    timeout: Duration = .seconds(30), maximumBodyBytes: Int = 32 << 20, acceptsCompression: Bool = true
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
    self.maximumBodyBytes = maximumBodyBytes
    self.acceptsCompression = acceptsCompression
  }
}
