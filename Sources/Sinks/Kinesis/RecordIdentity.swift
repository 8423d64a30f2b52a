import Contracts
import Cryptography
import FoundationEssentials
import JSON

/// The identity of a record in the stream, of this project's sink and of others that write into the same stream.
enum RecordIdentity {
  /// The data type of each kind of record.
  static let typesOfKinds = ["artist": "artists", "venue": "venues", "concert": "events"]
  /// The fields that the sink adds, or replaces.
  static let added = ["ingestion_timestamp", "data_type", "source", "record_id", "sequence"]

  /// The field with the key of a record of each data type.
  private static let keysOfTypes = ["artists": "artist_id", "venues": "venue_id", "events": "concert_id"]
  /// Characters of the key that a record id begins with, at most.
  private static let maximumKeyLength = 80
  /// Hexadecimal digits of the digest in a record id: 64 bits, which keep the versions of one key apart.
  private static let digits = 16

  /// Returns a record's key.
  /// - Parameter fields: the fields that have it; empty for the one of the data type.
  /// - Returns: nil if the record has none of them.
  static func key(of record: JSONObject, type: String, fields: [String] = []) -> String? {
    let fields = fields.isEmpty ? keysOfTypes[type].map { [$0] } ?? [] : fields
    let values = fields.compactMap { text(record[$0]) }
    return values.count == fields.count && !values.isEmpty ? values.joined(separator: "|") : nil
  }

  /// Returns a text that is not empty, or a number as a text.
  static func text(_ value: JSONValue?) -> String? {
    let text = value?.string ?? value?.number?.text ?? ""
    return text.isEmpty ? nil : text
  }

  /// Returns the id of a record: its key, in the characters that a key of S3 may have, and a digest of type, source, key and
  /// content. The same content has the same id, in whatever order its members are. Where a record comes from does not count,
  /// nor when it was read.
  /// - Throws: `CryptographyError`.
  static func id(
    of record: JSONObject, key: String?, type: String, source: String
  ) throws(CryptographyError) -> String {
    let left = Set(added + [LineageField.record, LineageField.sourceRow])
    let content = JSONObject(unique: record.members.filter { !left.contains($0.name) })
    var bytes: [UInt8] = []
    JSONValue.array([.string(type), .string(source), key.map { .string($0) } ?? .null, sorted(.object(content))])
      .write(into: &bytes)
    let digest = try Digest(of: Data(bytes)).hexadecimal
    guard let key else { return String(digest.prefix(2 * digits)) }
    return "\(cleaned(key).prefix(maximumKeyLength))-\(digest.prefix(digits))"
  }

  /// Returns a text with `-` in place of what may not be in a key of S3.
  static func cleaned(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isInKeyAlphabet ? $0 : "-" }))
  }

  private static func sorted(_ value: JSONValue) -> JSONValue {
    switch value {
    case .array(let elements): .array(elements.map(sorted))
    case .object(let object):
      .object(
        JSONObject(
          unique: object.members.map { ($0.name, sorted($0.value)) }
            .sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }))
    default: value
    }
  }
}
