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

  /// Adds a field and keeps others of the same name.
  public mutating func append(_ name: String, _ value: String) { fields.append((name, value)) }

  /// Adds a line of a response's head, as it came from the wire. A status line begins another response and removes the
  /// fields so far. A line that is neither a field nor a status line is ignored.
  package mutating func receive(_ line: some Sequence<UInt8>) {
    let line = String(decoding: Array(line), as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      fields = []
    } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
      append(Self.trimmed(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
    }
  }

  public func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { fields.makeIterator() }

  /// Removes the white space that HTTP allows around a value, and the line end.
  private static func trimmed(_ text: Substring) -> String {
    String(decoding: text.utf8.trimming { $0.isHTTPSpace || $0 == 0x0D || $0 == 0x0A }, as: UTF8.self)
  }
}
