/// A named field of a WARC record, of the HTTP message in it, or of a `warcinfo` block.
public struct WARCField: Equatable, Sendable {
  public let name: String
  /// Without the white space around it.
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Compares the name, ignoring case.
  public func isNamed(_ other: String) -> Bool {
    name.utf8.count == other.utf8.count
      && zip(name.utf8, other.utf8).allSatisfy { $0 == $1 || Self.isSameLetter($0, $1) }
  }

  private static func isSameLetter(_ left: UInt8, _ right: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(left | 0x20) && left | 0x20 == right | 0x20
  }
}

extension Sequence<WARCField> {
  /// The value of the first field of that name.
  public subscript(name: String) -> String? { first { $0.isNamed(name) }?.value }
}
