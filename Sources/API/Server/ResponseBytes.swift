import APIRouting
import FoundationEssentials
import Glibc
import Time

extension APIResponse {
  /// The response's head as HTTP/1.1 sends it. The body, which may be large, is sent after it, and not copied.
  /// - Parameters:
  ///   - isLast: true if the connection is closed after it.
  ///   - time: the time of the response.
  func head(isLast: Bool, at time: Date) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(ReasonPhrase.of(status))\r\n"
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) where Self.isSafe(value) {
      text += "\(name): \(value)\r\n"
    }
    if headers["content-length"] == nil, status != 204, status != 304 { text += "content-length: \(body.count)\r\n" }
    text += "date: \(Self.date(time))\r\nconnection: \(isLast ? "close" : "keep-alive")\r\n\r\n"
    return Array(text.utf8)
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7). The program never leaves the locale C.
  private static func date(_ time: Date) -> String {
    var seconds = time_t(time.timeIntervalSince1970.rounded(.down))
    var parts = tm()
    gmtime_r(&seconds, &parts)
    var text = [CChar](repeating: 0, count: 40)
    let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
    return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// A line break would begin another header.
  private static func isSafe(_ value: String) -> Bool { value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } }
}
