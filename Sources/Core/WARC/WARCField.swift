import Text

/// A named field of a WARC record, of the HTTP message in it, or of a `warcinfo` block.
public struct WARCField: Equatable, Sendable {
  public let name: String
  /// The value without surrounding white space.
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Compares the name, ignoring case.
  public func isNamed(_ other: String) -> Bool {
    name.equalsIgnoringASCIICase(other)
  }
}

extension Sequence<WARCField> {
  /// The value of the first field of that name.
  public subscript(name: String) -> String? { first { $0.isNamed(name) }?.value }
}
