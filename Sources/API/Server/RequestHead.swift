import Text

/// The request line and the headers of a request (RFC 9112). What two servers could read in two ways is refused.
struct RequestHead: Equatable {
  var method = ""
  var path = ""
  var query = ""
  /// The values by lower-case names.
  var headers: [String: String] = [:]
  /// The length of the body.
  var length = 0
  /// True if the client may send another request on this connection.
  var isKeptAlive = false
  /// True if the client waits for `100 Continue` before it sends the body.
  var isContinueExpected = false

  /// - Parameter bytes: what precedes the empty line.
  init(parsing bytes: ArraySlice<UInt8>) throws(Refusal) {
    var lines = Self.lines(of: bytes)[...]
    guard let first = lines.popFirst() else { throw Refusal(400, "The request is empty") }
    let minor = try readRequestLine(first)
    for line in lines { try readHeader(line) }
    try readFraming(isModern: minor > 0)
  }

  /// Cuts at CR LF. A single LF stays in its line, which is then refused.
  private static func lines(of bytes: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = bytes.startIndex
    for index in bytes.indices
    where bytes[index] == 0x0D && index + 1 < bytes.endIndex && bytes[index + 1] == 0x0A {
      lines.append(bytes[start..<index])
      start = index + 2
    }
    lines.append(bytes[start...])
    return lines
  }

  /// - Returns: the minor version of HTTP/1.
  private mutating func readRequestLine(_ line: ArraySlice<UInt8>) throws(Refusal) -> Int {
    let words = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard words.count == 3, !words[0].isEmpty, words[0].count <= 32, words[0].allSatisfy(\.isHTTPTokenCharacter) else {
      throw Refusal(400, "The request line must be METHOD PATH HTTP/1.1")
    }
    let version = String(decoding: words[2], as: UTF8.self)
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      throw Refusal(version.hasPrefix("HTTP/") ? 505 : 400, "This server speaks HTTP/1.1")
    }
    method = String(decoding: words[0], as: UTF8.self)
    try readTarget(words[1])
    return version == "HTTP/1.1" ? 1 : 0
  }

  private mutating func readTarget(_ bytes: ArraySlice<UInt8>) throws(Refusal) {
    // The server itself, not a resource (RFC 9112, 3.2.4).
    if method == "OPTIONS", bytes.elementsEqual("*".utf8) {
      path = "*"
      return
    }
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
      throw Refusal(400, "The path has a character that must be escaped as %XX")
    }
    var target = String(decoding: bytes, as: UTF8.self)[...]
    // The form for proxies, which a server must take, too (RFC 9112, 3.2.2).
    if target.prefix(7).lowercased() == "http://" {
      let rest = target.dropFirst(7)
      target = rest.firstIndex { $0 == "/" || $0 == "?" }.map { rest[$0...] } ?? "/"
      if target.hasPrefix("?") { target = "/" + target }
    }
    guard target.hasPrefix("/") else { throw Refusal(400, "The path must begin with /") }
    let sides = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = String(sides[0])
    query = sides.count > 1 ? String(sides[1]) : ""
  }

  private mutating func readHeader(_ line: ArraySlice<UInt8>) throws(Refusal) {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
      line[..<colon].allSatisfy(\.isHTTPTokenCharacter)
    else { throw Refusal(400, "A header must be NAME: VALUE on one line") }
    let value = line[(colon + 1)...].trimming { $0.isHTTPSpace }
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
      throw Refusal(400, "A header has a control character")
    }
    let name = String(decoding: line[..<colon].map(\.asciiLowercased), as: UTF8.self)
    let text = String(decoding: value, as: UTF8.self)
    if let known = headers[name] {
      guard !["host", "content-length", "transfer-encoding", "authorization", "x-api-key"].contains(name) else {
        throw Refusal(400, "The header \(name) must not be given twice")
      }
      headers[name] = known + ", " + text
    } else {
      headers[name] = text
    }
  }

  private mutating func readFraming(isModern: Bool) throws(Refusal) {
    guard let host = headers["host"] ?? (isModern ? nil : "none"), Self.isHost(host) else {
      throw Refusal(400, "The header Host must be the name of this server")
    }
    guard headers["transfer-encoding"] == nil else {
      throw Refusal(411, "Send the body with Content-Length, not in chunks")
    }
    if let text = headers["content-length"] {
      guard let length = Int(digits: text) else { throw Refusal(400, "Content-Length must be a number") }
      self.length = length
    } else if ["POST", "PUT", "PATCH"].contains(method) {
      throw Refusal(411, "Send Content-Length, also for an empty body")
    }
    let options = headers["connection", default: ""].lowercased()
      .split(separator: ",").map { $0.trimming { $0 == " " } }
    isKeptAlive = isModern ? !options.contains("close") : options.contains("keep-alive")
    if isModern, let expectation = headers["expect"] {
      guard expectation.lowercased() == "100-continue" else {
        throw Refusal(417, "Of Expect only 100-continue is known")
      }
      isContinueExpected = true
    }
  }

  /// The characters of a name or an address with a port (RFC 3986, 3.2.2), without user data.
  private static func isHost(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || "-._~:[]%!$&'()*+,;=".utf8.contains($0) }
  }
}
