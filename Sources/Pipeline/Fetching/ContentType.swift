/// A Content-Type header (RFC 9110, 8.3): `text/html; charset="utf-8"`.
struct ContentType: Equatable {
  /// The media type, in lower case and without parameters.
  let name: String
  let charset: String?

  init(_ header: String) {
    let parts = header.lowercased().split(separator: ";", omittingEmptySubsequences: false).map {
      $0.filter { !$0.isWhitespace && $0 != "\"" }
    }
    name = parts[0]
    charset = parts.dropFirst().first { $0.hasPrefix("charset=") }.map { String($0.dropFirst("charset=".count)) }
  }
}
