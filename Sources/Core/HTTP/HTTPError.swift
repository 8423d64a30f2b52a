/// A request without a usable response. A status such as 404 or 503 is a response, not an error.
public struct HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The URL is not an http or https URL.
    case invalidURL
    /// The method, or the name or value of a header, contains characters that HTTP does not allow; nothing was sent.
    case invalidHeader
    /// The host could not be found or reached.
    case connection
    /// The host is at an address that the request may not be sent to: see `HTTPRequest.peers`.
    case addressRefused
    /// The peer's certificate was refused, or the TLS handshake failed.
    case tls
    /// The request's timeout or the caller's deadline passed.
    case timedOut
    /// The caller cancelled the request.
    case cancelled
    /// The connection ended before the response was complete.
    case interrupted
    /// The response is longer than the request allows.
    case tooLarge
    /// The response is not HTTP, or cannot be decompressed. A compressed body that was cut is `interrupted`.
    case protocolViolation
    /// The request was not sent, because the circuit breaker of its host is open: see `HTTPClient.Options`.
    case circuitOpen
  }

  public let kind: Kind
  /// The URL without user, password, query and fragment.
  public let url: String
  /// The reason, in the words of libcurl where it reports one.
  public let detail: String

  public init(_ kind: Kind, url: String, detail: String) {
    self.kind = kind
    self.url = Self.redacted(url)
    self.detail = detail
  }

  public var description: String { "\(url): \(detail)" }

  /// True if a retry may succeed.
  public var isTransient: Bool {
    switch kind {
    case .connection, .timedOut, .interrupted, .protocolViolation, .circuitOpen: true
    case .invalidURL, .invalidHeader, .tls, .cancelled, .tooLarge, .addressRefused: false
    }
  }

  private static func redacted(_ url: String) -> String {
    let address = url.prefix { $0 != "?" && $0 != "#" }
    let parts = address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count > 2, let at = parts[2].lastIndex(of: "@") else { return String(address) }
    let host = parts[2][parts[2].index(after: at)...]
    return (parts[..<2] + [host] + parts[3...]).joined(separator: "/")
  }
}
