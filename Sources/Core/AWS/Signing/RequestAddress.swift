/// The parts of an address as they go on the wire.
struct RequestAddress: Equatable {
  /// What the Host header says: with the port unless it is the scheme's own.
  let host: String
  /// Still encoded; `/` when the address has none.
  let path: String
  /// Still encoded, without the `?`.
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
