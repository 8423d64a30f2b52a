import Glibc
import Text

extension String {
  /// The text without the white space around it, nil when nothing is left.
  var meaningful: String? {
    guard let first = utf8.first, let last = utf8.last else { return nil }
    // ASCII that is not white space, at both ends, is by far the most common case.
    if first > 0x20, first < 0x7f, last > 0x20, last < 0x7f { return self }
    let trimmed = trimming(while: \.isWhitespace)
    return trimmed.isEmpty ? nil : String(trimmed)
  }

  var hasNUL: Bool {
    utf8.withContiguousStorageIfAvailable { bytes in
      bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false
    } ?? utf8.contains(0)
  }
}
