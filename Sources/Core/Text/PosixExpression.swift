import Glibc

/// An extended regular expression of POSIX, by the C library: any other would make every function larger.
///
/// The C library matches bytes, unless it finds the file of a locale, which the functions' images do not have. So each
/// character beyond ASCII of the expression has a byte of its own, and so has each gap between two of them. A character is
/// one byte then, and a range such as `[à-ü]` is one of code points. Classes such as `[[:alpha:]]` are of ASCII.
public final class PosixExpression: @unchecked Sendable {
  /// The different characters beyond ASCII that an expression may have: there are 128 bytes for them and their gaps.
  public static let mostLetters = 63

  // Matching changes nothing in it, and any number of threads may match at once (POSIX, regexec).
  private let expression = UnsafeMutablePointer<regex_t>.allocate(capacity: 1)
  private let letters: [Unicode.Scalar]
  private var isMade = false

  /// - Returns: nil for a text that is no expression.
  public init?(_ pattern: String) {
    letters = Set(pattern.unicodeScalars.filter { !$0.isASCII }).sorted()
    // `regcomp` reads up to a NUL.
    guard letters.count <= Self.mostLetters, !pattern.utf8.contains(0) else { return nil }
    guard regcomp(expression, bytes(of: pattern), REG_EXTENDED) == 0 else { return nil }
    isMade = true
  }

  deinit {
    if isMade { regfree(expression) }
    expression.deallocate()
  }

  /// True if the whole text matches. A text with a NUL character, which C would cut, does not.
  public func matches(_ text: String) -> Bool {
    guard !text.utf8.contains(0) else { return false }
    // The leftmost and longest match is the whole text, if that matches. An expression around this one would do as well,
    // but its brackets could end in it, and would be counted by `\1`.
    var match = regmatch_t()
    let bytes = bytes(of: text)
    return regexec(expression, bytes, 1, &match, 0) == 0 && match.rm_so == 0 && Int(match.rm_eo) == bytes.count - 1
  }

  private func bytes(of text: String) -> [CChar] {
    var bytes = text.unicodeScalars.map { scalar in
      CChar(bitPattern: scalar.isASCII ? UInt8(truncatingIfNeeded: scalar.value) : byte(of: scalar))
    }
    bytes.append(0)
    return bytes
  }

  /// The byte of a character: odd for those of the expression, even for those of a gap.
  private func byte(of scalar: Unicode.Scalar) -> UInt8 {
    let index = letters.firstIndex { $0 >= scalar } ?? letters.count
    let isOwn = index < letters.count && letters[index] == scalar
    return UInt8(0x80 + 2 * index + (isOwn ? 1 : 0))
  }
}
