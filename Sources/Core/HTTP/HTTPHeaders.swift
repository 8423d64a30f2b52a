import Text

/// Header fields in the order of the wire. Names compare without regard to case; a name may occur more than once.
public struct HTTPHeaders: Sendable, ExpressibleByDictionaryLiteral, Sequence {
  private var fields: [(name: String, value: String)]

  public init(_ fields: [(name: String, value: String)] = []) { self.fields = fields }

  public init(dictionaryLiteral elements: (String, String)...) {
    fields = elements.map { (name: $0.0, value: $0.1) }
  }

  /// The first value of a field. Setting one replaces all values of that name; setting nil removes them.
  public subscript(name: String) -> String? {
    get {
      fields.first { $0.name.equalsIgnoringASCIICase(name) }?.value
    }
    set {
      fields.removeAll { $0.name.equalsIgnoringASCIICase(name) }
      if let newValue { fields.append((name, newValue)) }
    }
  }

  /// Adds a field, beside others of the same name.
  public mutating func append(_ name: String, _ value: String) { fields.append((name, value)) }

  /// Takes a line of an answer's head, as it came: a field, or the status line, with which another answer begins. What is
  /// neither is passed over.
  package mutating func receive(_ line: some Sequence<UInt8>) {
    let line = String(decoding: Array(line), as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      fields = []
    } else if let colon = line.utf8.firstIndex(of: UInt8(ascii: ":")) {
      append(Self.trimmed(line[..<colon]), Self.trimmed(line[line.index(after: colon)...]))
    }
  }

  public func makeIterator() -> IndexingIterator<[(name: String, value: String)]> { fields.makeIterator() }

  /// Removes the white space that HTTP allows around a field's value, and the line's end.
  private static func trimmed(_ text: Substring) -> String {
    String(decoding: text.utf8.trimming { $0.isHTTPSpace || $0 == 0x0D || $0 == 0x0A }, as: UTF8.self)
  }
}
