import Glibc
import Text

extension String {
  /// The text without surrounding white space; nil if nothing is left.
  var nonBlank: String? {
    guard let first = utf8.first, let last = utf8.last else { return nil }
    // Fast path: most texts begin and end with printable ASCII.
    if first > 0x20, first < 0x7f, last > 0x20, last < 0x7f { return self }
    let trimmed = trimming(while: \.isWhitespace)
    return trimmed.isEmpty ? nil : String(trimmed)
  }

  /// True if the text has the one character that Postgres's text cannot hold.
  var hasNUL: Bool {
    utf8.withContiguousStorageIfAvailable { bytes in
      bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
    } ?? utf8.contains(0)
  }
}
