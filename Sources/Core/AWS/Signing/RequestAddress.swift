/// The parts of a URL, as they are sent.
struct RequestAddress: Equatable {
  /// The value of the Host header: with the port, unless it is the scheme's default.
  let host: String
  /// Percent-encoded; `/` if the URL has no path.
  let path: String
  /// Percent-encoded, without the `?`.
  let query: String

  init(_ url: String) {
    let isSecure = url.hasPrefix("https:")
    let afterScheme = url.utf8.drop { $0 != UInt8(ascii: ":") }.dropFirst(3)
    let authority = afterScheme.prefix { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "?") }
    let rest = afterScheme[authority.endIndex...]
    let path = rest.prefix { $0 != UInt8(ascii: "?") }
    let host = String(Substring(authority))
    let ownPort = isSecure ? ":443" : ":80"
    self.host = host.hasSuffix(ownPort) ? String(host.dropLast(ownPort.count)) : host
    self.path = path.isEmpty ? "/" : String(Substring(path))
    query = String(Substring(rest[path.endIndex...].dropFirst()))
  }
}
