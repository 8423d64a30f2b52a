import Text

/// A record type that can find a record's key even where the rest of the record cannot be decoded.
public protocol KeyedRecord {
  /// Returns the record's key at the source; nil if it cannot be found.
  static func key(in decoder: any Decoder) -> String?
}

/// An element of an extract document's `records`: a record, or the reason why it is not one.
struct LenientRecord<Record: Decodable & Sendable>: Decodable {
  let entry: ExtractDocument<Record>.Entry

  /// Decodes the record once. Only for a record that fails, its key is looked for.
  init(from decoder: any Decoder) throws {
    do {
      entry = .record(try Record(from: decoder))
    } catch {
      // Malformed text or numbers are found only here, and the decoder reports them as another kind of error.
      let reason =
        (error as? DecodingError)?.summary(of: "the record", below: decoder.codingPath.count)
        ?? "a text or a number in it is malformed"
      entry = .unreadable(reason: reason, key: (Record.self as? any KeyedRecord.Type)?.key(in: decoder))
    }
  }
}
