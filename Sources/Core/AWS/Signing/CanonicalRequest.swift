import FoundationEssentials
import HTTP
import Text

/// The canonical form of a request, which client and service both compute and sign:
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct CanonicalRequest: Equatable {
  /// The rule that turns the sent path into the canonical path.
  enum PathRule: Equatable, Sendable {
    /// Unchanged, for S3: its keys are encoded once, and `//` and `..` in them are literal.
    case asSent
    /// Encoded again, for all other services; if normalized, after resolving dot segments and double slashes.
    case encodedAgain(normalized: Bool)
  }

  /// The text of the canonical request.
  let text: String
  /// The names of the signed headers: `host;x-amz-date`.
  let signedHeaders: String

  init(_ request: HTTPRequest, pathRule: PathRule, payloadHash: String, signing isSigned: (String) -> Bool) {
    let address = RequestAddress(request.url)
    var values: [String: [String]] = [:]
    for (name, value) in request.headers { values[name.lowercased(), default: []].append(Self.folded(value)) }
    if values["host"] == nil { values["host"] = [address.host] }
    let headers = values.filter { isSigned($0.key) }.sorted { $0.key < $1.key }
    signedHeaders = headers.map(\.key).joined(separator: ";")
    text =
      ([request.method, Self.path(address.path, pathRule), Self.query(address.query)]
      + headers.map { "\($0.key):\($0.value.joined(separator: ","))" }
      + ["", signedHeaders, payloadHash]).joined(separator: "\n")
  }

  private static func path(_ path: String, _ rule: PathRule) -> String {
    switch rule {
    case .asSent: path
    case .encodedAgain(let normalized):
      PercentEncoding.encode(normalized ? withoutDotSegments(path) : path, keeping: "/")
    }
  }

  /// Removes dot segments (RFC 3986, 5.2.4) and merges double slashes.
  private static func withoutDotSegments(_ path: String) -> String {
    var segments: [Substring] = []
    for segment in path.split(separator: "/") {
      switch segment {
      case ".": continue
      case "..": _ = segments.popLast()
      default: segments.append(segment)
      }
    }
    let isFolder = path.hasSuffix("/") && !segments.isEmpty
    return "/" + segments.joined(separator: "/") + (isFolder ? "/" : "")
  }

  /// Encodes each name and value, then sorts by name and by value.
  private static func query(_ query: String) -> String {
    let pairs = query.split(separator: "&").map { pair in
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { PercentEncoding.encode(PercentEncoding.decode($0)) }
      return (name: parts[0], value: parts.count > 1 ? parts[1] : "")
    }
    return pairs.sorted { ($0.name, $0.value) < ($1.name, $1.value) }.map { "\($0.name)=\($0.value)" }
      .joined(separator: "&")
  }

  /// Trims a value and replaces each run of white space by one space.
  private static func folded(_ value: String) -> String {
    value.split { $0 == " " || $0.isNewline || $0 == "\t" }.joined(separator: " ")
  }
}
