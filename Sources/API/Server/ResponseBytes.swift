import APIRouting
import Time

extension APIResponse {
  /// The response as HTTP/1.1 sends it.
  /// - Parameter isLast: true if the connection is closed after it.
  func bytes(isLast: Bool) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(ReasonPhrase.of(status))\r\n"
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) where Self.isSafe(value) {
      text += "\(name): \(value)\r\n"
    }
    if headers["content-length"] == nil, status != 204, status != 304 { text += "content-length: \(body.count)\r\n" }
    text += "connection: \(isLast ? "close" : "keep-alive")\r\n\r\n"
    return Array(text.utf8) + body
  }

  /// A line break would begin another header.
  private static func isSafe(_ value: String) -> Bool { value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
