import FoundationEssentials

/// One HTTP request, as it goes on the wire.
public struct HTTPRequest: Sendable {
  /// `GET`, `PUT`, …
  public var method: String
  /// An absolute http or https address, already percent-encoded: it is sent as it stands, with no normalising of its path.
  public var url: String
  public var headers: HTTPHeaders
  /// Sent with its Content-Length; nil sends none.
  public var body: Data?
  /// From the first byte out to the last byte in.
  public var timeout: Duration
  /// A longer answer, after decompression, is an error of kind `tooLarge`.
  public var maximumBodyBytes: Int
  /// Whether the server may compress its answer; it is decompressed here.
  public var acceptsCompression: Bool

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
