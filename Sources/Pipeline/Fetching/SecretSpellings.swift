import Text

/// Finds a secret in a text in the spellings that a source may use when it repeats the secret: as it is, percent-
/// encoded in part or as a whole, with digits of either case or `+` for a space, and with the escapes of JSON, such as
/// `\/`, and of HTML, such as `&amp;`; and in any of them escaped once more, as in a text of JSON that holds JSON, or in an
/// address that is an item of another one's query: `\\\/`, `%252F`.
struct SecretSpellings {
  private let secret: [UInt8]
  /// True for a byte with which a spelling may begin.
  private let isStart: [Bool]

  /// - Parameter secret: the value as it is; not empty.
  init(_ secret: String) {
    self.secret = Array(secret.utf8)
    let starts = [self.secret[0]] + Array("%\\+&".utf8)
    isStart = (0...255).map { starts.contains(UInt8($0)) }
  }

  /// Returns the bytes with every spelling of the secret replaced; nil if there is none.
  func replacing(in bytes: [UInt8], with mark: String) -> [UInt8]? {
    bytes.withUnsafeBufferPointer { bytes in
      var result: [UInt8] = []
      var (index, kept) = (0, 0)
      while index < bytes.count {
        guard isStart[Int(bytes[index])], let end = end(in: bytes, from: index) else {
          index += 1
          continue
        }
        result += bytes[kept..<index]
        result += mark.utf8
        (index, kept) = (end, end)
      }
      return kept == 0 ? nil : result + bytes[kept...]
    }
  }

  /// Returns the end of the spelling that begins at an index; nil if none begins there.
  private func end(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int? {
    // Of a secret with a percent sign or a backslash, the spelling as it is looks like an escape.
    if bytes.count - start >= secret.count, secret.indices.allSatisfy({ bytes[start + $0] == secret[$0] }) {
      return start + secret.count
    }
    var hasEscapes = false
    if let end = end(in: EscapedText(bytes, .none), from: start, &hasEscapes) { return end }
    guard hasEscapes else { return nil }
    for escape: EscapedText.Escape in [.json, .percent, .html] {
      if let end = end(in: EscapedText(bytes, escape), from: start, &hasEscapes) { return end }
    }
    return nil
  }

  /// - Parameter hasEscapes: set if there is an escape as far as the text was read. Otherwise no outer escape is there.
  private func end(in text: EscapedText, from start: Int, _ hasEscapes: inout Bool) -> Int? {
    var index = start
    for byte in secret {
      guard let plain = text.byte(at: index) else { return nil }
      var end = plain.end
      let isEqual = plain.byte == byte || (byte == UInt8(ascii: " ") && plain.byte == UInt8(ascii: "+"))
      if "%\\&".utf8.contains(plain.byte) {
        hasEscapes = true
        if let escaped = text.escaped(at: index), escaped.byte == byte {
          end = escaped.end
        } else if !isEqual {
          return nil
        }
      } else if !isEqual {
        return nil
      }
      index = end
    }
    return index
  }
}
