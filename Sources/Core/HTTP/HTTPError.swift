/// A request that got no usable answer. A status such as 404 or 503 is an answer, not an error.
public struct HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    /// The address is no http or https URL.
    case invalidURL
    /// The host could not be found or reached.
    case connection
    /// The peer's certificate was refused, or the TLS handshake failed.
    case tls
    /// The request's time-out or the caller's deadline passed.
    case timedOut
    /// The client was told to drop it.
    case cancelled
    /// The connection ended before the answer did.
    case interrupted
    /// The answer is longer than the request allows.
    case tooLarge
    /// The answer is no HTTP, or cannot be decompressed.
    case protocolViolation
    /// It was not asked for, because its host has failed too often: see `HTTPClient.Options`.
    case hostLeftAlone
  }

  public let kind: Kind
  /// The address, without user, password and query.
  public let url: String
  /// What libcurl says of it.
  public let detail: String

  public init(_ kind: Kind, url: String, detail: String) {
    self.kind = kind
    self.url = Self.redacted(url)
    self.detail = detail
  }

  public var description: String { "\(url): \(detail)" }

  /// Whether another try may succeed.
  public var isTransient: Bool {
    switch kind {
    case .connection, .timedOut, .interrupted, .protocolViolation, .hostLeftAlone: true
    case .invalidURL, .tls, .cancelled, .tooLarge: false
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
