/// The characters of names that become part of S3 keys.
extension Unicode.Scalar {
  /// True for ASCII letters and digits, `.`, `_` and `-`.
  package var isInKeyAlphabet: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", ".", "_", "-": true
    default: false
    }
  }
}
