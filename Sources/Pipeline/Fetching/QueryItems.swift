/// Reads and changes the query items of an address. All other parts keep their spelling.
enum QueryItems {
  /// Returns the name of `name=value`, percent-decoded and in lower case.
  static func name(of item: Substring) -> String { decoded(item.prefix { $0 != "=" }).lowercased() }

  /// Returns the address with one item of that name, at the end, which replaces the present ones.
  static func setting(_ name: String, to value: String, in url: String) -> String {
    let fragment = url.firstIndex(of: "#") ?? url.endIndex
    let mark = url[..<fragment].firstIndex(of: "?") ?? fragment
    let items = url[mark..<fragment].dropFirst().split(separator: "&").filter { item in
      Self.name(of: item) != name.lowercased()
    }
    let query = (items + ["\(encoded(name))=\(encoded(value))"]).joined(separator: "&")
    return "\(url[..<mark])?\(query)\(url[fragment...])"
  }

  /// Percent-encodes every byte but the unreserved ones (RFC 3986, 2.3).
  static func encoded(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      if Site.isUnreserved(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }

  private static func decoded(_ text: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
