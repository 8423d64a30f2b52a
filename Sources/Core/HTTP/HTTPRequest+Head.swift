import Text

extension HTTPRequest {
  /// The reason why method and headers cannot be sent (RFC 9110, 5.1, 5.5 and 9.1), without the value of a header, which may
  /// be a secret; nil if they can be sent.
  var headProblem: String? {
    guard Self.isToken(method) else { return "the method is not an HTTP token" }
    for (name, value) in headers {
      guard Self.isToken(name) else { return "the name of a header is not an HTTP token" }
      guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
        return "the value of the header \(name) contains a line break or another control character"
      }
    }
    return nil
  }

  private static func isToken(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy(\.isHTTPTokenCharacter)
  }
}
