import Text

/// The fields that say where a body ends (RFC 9112, 6).
extension HTTPHeaders {
  /// True if the fields show where the body ends: a valid Content-Length, or a chunked coding. libcurl ignores a length that
  /// is too large for it, and reads on until the connection ends.
  /// - Parameter prefix: a beginning of the names with which an archive has renamed them.
  package func delimitBody(namedWith prefix: String = "") -> Bool {
    let codings = words("\(prefix)Transfer-Encoding")
    return codings.isEmpty
      ? self["\(prefix)Content-Length"].flatMap { Int(digits: $0) } != nil : codings.last == "chunked"
  }

  /// The reason why the end of a body is in doubt, although libcurl reports success; nil if there is none.
  var framingProblem: String? {
    let codings = words("Transfer-Encoding")
    // libcurl decodes these, and accepts a compressed stream without its end.
    if codings.contains(where: { !["chunked", "identity"].contains($0) }) {
      return "it has a transfer coding that was not asked for"
    }
    return codings.isEmpty && Set(words("Content-Length")).count > 1 ? "it has several lengths" : nil
  }

  /// Returns the words of a list, in lower case.
  private func words(_ name: String) -> [String] {
    (list(name) ?? "").lowercased().split { $0 == "," || $0 == " " || $0 == "\t" }.map(String.init)
  }
}
