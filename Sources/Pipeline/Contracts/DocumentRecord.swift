import FoundationEssentials

/// A record that an extract document can hold.
public protocol DocumentRecord: Sendable {
  /// Returns the records as a JSON array. The same records always have the same bytes.
  static func encode(_ records: [Self]) throws -> Data

  /// True if an item's records may be in several documents, of which the sinks must know. False unless the type says
  /// otherwise.
  static var isDivisible: Bool { get }
}

extension DocumentRecord {
  public static var isDivisible: Bool { false }
}

extension DocumentRecord where Self: Encodable {
  public static func encode(_ records: [Self]) throws -> Data { try JSONEncoder.ofDocuments.encode(records) }
}

extension JSONEncoder {
  /// The same value always has the same bytes.
  static var ofDocuments: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
