import Glibc

/// An extended regular expression of POSIX, by the C library: any other would make every function larger.
final class PosixExpression: @unchecked Sendable {
  // Matching changes nothing in it, and any number of threads may match at once (POSIX, regexec).
  private let expression = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
  private var isMade = false

  /// - Returns: nil for a text that is no expression.
  init?(_ pattern: String) {
    // `regcomp` reads up to a NUL.
    guard !pattern.utf8.contains(0), regcomp(expression, "^(\(pattern))$", REG_EXTENDED | REG_NOSUB) == 0 else {
      return nil
    }
    isMade = true
  }

  deinit {
    if isMade { regfree(expression) }
    expression.deallocate()
  }

  /// True if the whole text matches. A text with a NUL character, which C would cut, does not.
  func matches(_ text: String) -> Bool {
    !text.utf8.contains(0) && regexec(expression, text, 0, nil, 0) == 0
  }
}
