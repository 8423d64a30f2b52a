extension Site {
  /// The host without its port: `www.example.org`, `127.0.0.1`, `[::1]`.
  var host: String {
    let authority = origin.split(separator: "/").last ?? ""
    guard let colon = authority.lastIndex(of: ":"), authority.last != "]" else { return String(authority) }
    return String(authority[..<colon])
  }
}
