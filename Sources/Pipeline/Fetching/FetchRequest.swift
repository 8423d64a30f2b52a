import Cryptography
import FoundationEssentials

/// A request to a source.
///
/// A GET request without headers and without a body of its own is shared: each such page is requested once in a run, and
/// the page store keeps it. The response to any other request is archived, and never shared.
public struct FetchRequest: Equatable, Sendable {
  /// The absolute address, percent-encoded.
  public var url: String
  public var method: String
  /// Headers beside those of the policy, by name. They are sent to the policy's site only.
  public var headers: [String: String]
  public var body: Data?

  public init(_ url: String, method: String = "GET", headers: [String: String] = [:], body: Data? = nil) {
    self.url = url
    self.method = method
    self.headers = headers
    self.body = body
  }

  /// True if other scrapers of the run, and later runs, may use the response.
  var isShared: Bool { method == "GET" && headers.isEmpty && body == nil }

  /// Returns a text that distinguishes this request from others to the same address; nil for a shared request, which its
  /// address identifies. Archives store the text, so it has a digest in place of headers and body. The policy's secret
  /// headers have no part in it: a replay has another token, or none.
  func fingerprint(_ policy: FetchPolicy) throws(CryptographyError) -> String? {
    guard !isShared else { return nil }
    let secret = Set(policy.secretHeaders.map { $0.lowercased() })
    let fields = headers.map { ($0.key.lowercased(), $0.value) }.filter { !secret.contains($0.0) }
      .map { "\($0): \($1)\n" }.sorted().joined()
    return "\(method) sha256:\(try Digest(of: Data((fields + "\n").utf8) + (body ?? Data())).hexadecimal)"
  }
}
