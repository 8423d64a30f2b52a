import Text

/// Header fields in wire order. Names are case-insensitive; a name may occur more than once.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral, Sequence {
  private var fields: [(name: String, value: String)]

  public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  /// The first value of a field. Setting a value replaces all values of that name; setting nil removes them.
  public subscript(name: String) -> String? {
    get {
      fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }
    set {
      fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
      if let newValue { fields.append((name, newValue)) }
    }
  }

  /// The values of all fields of a name, joined with commas as one list (RFC 9110, 5.3); nil if there is none.
  public func list(_ name: String) -> String? {
    let values = fields.filter { $0.name.equalsIgnoringASCIICase(name) }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }

  /// Adds a field and keeps others of the same name.
  public mutating func append(_ name: String, _ value: String) { fields.append((name, value)) }

  /// Adds a line of a response's head, as it came from the wire. A status line begins another response and removes the
  /// fields so far. A line that is neither a field nor a status line is ignored.
  package mutating func receive(_ line: some Sequence<UInt8>) {
    let line = Self.text(of: Array(line))
    if line.hasPrefix("HTTP/") {
      fields = []
    } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
      append(Self.trimmed(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
    }
  }

  /// Decodes a line that is not ASCII: as UTF-8, else as Latin-1, HTTP's former encoding. In an address the bytes are
  /// percent-encoded instead, because only the bytes lead to the page.
  private static func text(of line: [UInt8]) -> String {
    if let text = String(validating: line, as: UTF8.self) { return text }
    let name = line.prefix { $0 != UInt8(ascii: ":") }
    let isAddress = String(decoding: name, as: UTF8.self).lowercased().hasSuffix("location")
    var bytes: [UInt8] = []
    for byte in line {
      if byte < 0x80 {
        bytes.append(byte)
      } else if isAddress {
        PercentEncoding.append(byte, to: &bytes)
      } else {
        bytes += [0xC0 | byte >> 6, 0x80 | byte & 0x3F]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  public func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { fields.makeIterator() }

  /// Removes the white space that HTTP allows around a value, and the line end.
  private static func trimmed(_ text: Substring) -> String {
    String(decoding: text.utf8.trimming { $0.isHTTPSpace || $0 == 0x0D || $0 == 0x0A }, as: UTF8.self)
  }
}
