import Foundation

/// JSON for people: indented, keys in their order, numbers and texts as they stand.
enum JSONText {
  /// The text as it is when it is no JSON.
  static func pretty(_ data: Data) -> String {
    guard (try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)) != nil else {
      return String(decoding: data, as: UTF8.self)
    }
    var output: [UInt8] = []
    var depth = 0
    var isInText = false
    var isEscaped = false
    func newLine() { output += [UInt8(ascii: "\n")] + [UInt8](repeating: UInt8(ascii: " "), count: 2 * depth) }

    for byte in data {
      if isInText {
        output.append(byte)
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInText = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""):
        isInText = true
        output.append(byte)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        output.append(byte)
        depth += 1
        newLine()
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        depth -= 1
        // Nothing came since the opening: it stays on one line.
        while output.last == UInt8(ascii: " ") || output.last == UInt8(ascii: "\n") { output.removeLast() }
        if output.last != UInt8(ascii: "{") && output.last != UInt8(ascii: "[") { newLine() }
        output.append(byte)
      case UInt8(ascii: ","):
        output.append(byte)
        newLine()
      case UInt8(ascii: ":"): output += [byte, UInt8(ascii: " ")]
      case 0x20, 0x09, 0x0A, 0x0D: break
      default: output.append(byte)
      }
    }
    return String(decoding: output, as: UTF8.self)
  }
}
