import Text

/// A line of robots.txt that allows or forbids addresses that begin with its pattern. In it, `*` stands for any text, and
/// `$` at the end for the end of the address.
struct RobotsRule: Equatable {
  let allows: Bool
  /// The pattern without the `$`, percent-encoded in one way, so that bytes can be compared.
  private let pattern: [UInt8]
  private let isWhole: Bool

  /// The length, which decides between rules; the `$` counts.
  var length: Int { pattern.count + (isWhole ? 1 : 0) }

  init(_ text: String, allows: Bool) {
    isWhole = text.hasSuffix("$")
    pattern = Self.normalised(isWhole ? String(text.dropLast()) : text, isPattern: true)
    self.allows = allows
  }

  /// - Parameter path: a normalised path.
  func matches(_ path: [UInt8]) -> Bool {
    // The last star matches as little as it can, and one byte more whenever the rest does not match. The time is at most
    // the product of both lengths.
    var (position, index) = (0, 0)
    var star: (index: Int, position: Int)?
    while true {
      if index == pattern.count, !isWhole || position == path.count { return true }
      if index < pattern.count, pattern[index] == UInt8(ascii: "*") {
        index += 1
        star = (index, position)
      } else if index < pattern.count, position < path.count, pattern[index] == path[position] {
        index += 1
        position += 1
      } else if let last = star, last.position < path.count {
        star = (last.index, last.position + 1)
        (index, position) = (last.index, last.position + 1)
      } else {
        return false
      }
    }
  }

  /// Returns an address in its one normalised spelling (RFC 9309, 2.2.2): bytes beyond ASCII are percent-encoded; letters,
  /// digits, `-`, `.`, `_` and `~` are not; the hexadecimal digits are capitals. A star or a dollar sign of an address is
  /// encoded, so that a rule can name it (2.2.3). A slash or colon in a query is not, as in the standard's example.
  static func normalised(_ path: String, isPattern: Bool = false) -> [UInt8] {
    let bytes = Array(path.utf8)
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var isQuery = false
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if let value = PercentEncoding.escapedByte(in: bytes, at: index) {
        let isPlain = value.isURLUnreserved || isQuery && (value == UInt8(ascii: "/") || value == UInt8(ascii: ":"))
        if isPlain { result.append(value) } else { PercentEncoding.append(value, to: &result) }
        index += 3
        continue
      }
      if byte == UInt8(ascii: "?") { isQuery = true }
      let isSign = byte == UInt8(ascii: "$") || byte == UInt8(ascii: "*") && !isPattern
      let isPlain = byte > 0x20 && byte < 0x7F && !isSign
      if isPlain { result.append(byte) } else { PercentEncoding.append(byte, to: &result) }
      index += 1
    }
    return result
  }
}
