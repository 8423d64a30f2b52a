import Text

/// A line of robots.txt that allows or forbids what begins as its pattern says: `*` stands for anything, and `$` at the
/// end for the address's end.
struct RobotsRule: Equatable {
  let allows: Bool
  /// Without the `$`; percent-encoded in one way, so that bytes can be compared.
  private let pattern: [UInt8]
  private let isWhole: Bool

  /// The longer, the more a rule has to say; the `$` counts.
  var length: Int { pattern.count + (isWhole ? 1 : 0) }

  init(_ text: String, allows: Bool) {
    isWhole = text.hasSuffix("$")
    pattern = Self.normalised(isWhole ? String(text.dropLast()) : text, isPattern: true)
    self.allows = allows
  }

  /// - Parameter path: normalised.
  func matches(_ path: [UInt8]) -> Bool {
    // The last star takes as little as it can, and one byte more whenever what follows does not fit: the time is at most
    // the product of both lengths.
    var (position, place) = (0, 0)
    var star: (place: Int, position: Int)?
    while true {
      if place == pattern.count, !isWhole || position == path.count { return true }
      if place < pattern.count, pattern[place] == UInt8(ascii: "*") {
        place += 1
        star = (place, position)
      } else if place < pattern.count, position < path.count, pattern[place] == path[position] {
        place += 1
        position += 1
      } else if let last = star, last.position < path.count {
        star = (last.place, last.position + 1)
        (place, position) = (last.place, last.position + 1)
      } else {
        return false
      }
    }
  }

  /// One spelling for each address (RFC 9309, 2.2.2): what lies beyond ASCII is percent-encoded, an encoded letter, digit,
  /// `-`, `.`, `_` or `~` is not, and the digits of what stays encoded are capitals. A star or a dollar sign of an address
  /// is encoded, so that a rule can name it (2.2.3); a slash or colon in a query is not, as in the standard's example.
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
