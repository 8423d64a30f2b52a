import Contracts
import Cryptography
import FoundationEssentials
import JSON
import Time

/// The place of a stream's record: `raw/events/2024/05/31/RECORD_ID.json`. It is one of three shapes:
///
/// - that of this project's sink;
/// - the same without `record_id` and `sequence`, as other producers write it;
/// - an envelope, `{"timestamp": …, "data": {"record_id": …, "source": …, "data_type": …, "ingestion_timestamp": …,
///   "payload": {…}}}`, or its `data` alone.
struct ArchivedRecord {
  let key: String
  /// The number that orders the versions of a record; nil for one of another producer.
  let sequence: Int64?

  /// The reason for which a record has no place. No repetition changes that.
  struct Problem: Error {
    let text: String
  }

  /// - Parameter arrivedAt: the time at which the stream took the record, which is the same in each delivery.
  init(_ bytes: [UInt8], arrivedAt: Date?) throws(Problem) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: bytes) } catch {
      throw Problem(text: "it is no JSON: line \(error.line), column \(error.column): \(error.problem)")
    }
    guard let object = value.object else { throw Problem(text: "it is \(value.kind), and no JSON object") }
    let envelope = object["data_type"] == nil ? object["data"]?.object ?? object : object
    let record = envelope["payload"]?.object ?? envelope
    let type = try Self.type(of: envelope)
    let stamp = RecordIdentity.text(envelope["ingestion_timestamp"]) ?? RecordIdentity.text(object["timestamp"])
    guard let time = stamp.flatMap(Self.time) ?? arrivedAt else {
      throw Problem(text: "it has no ingestion_timestamp, and no time of its arrival")
    }
    sequence = envelope["sequence"]?.number?.integer
    let day = CalendarDate(daysSinceEpoch: Int((time.timeIntervalSince1970 / 86_400).rounded(.down)))
    let folder = "\(day)".split(separator: "-").joined(separator: "/")
    key = "raw/\(type)/\(folder)/\(try Self.id(of: record, in: envelope, type: type)).json"
    guard key.utf8.count <= Limits.maximumKeyBytes else {
      throw Problem(text: "its record_id is too long for a key of S3: \(key.prefix(100))…")
    }
  }

  private static func type(of envelope: JSONObject) throws(Problem) -> String {
    guard let type = envelope["data_type"]?.string, !type.isEmpty else {
      throw Problem(text: "it has no data_type")
    }
    guard type.utf8.count <= 64, type.unicodeScalars.allSatisfy(\.isInKeyAlphabet), !type.hasPrefix(".") else {
      throw Problem(text: "its data_type is '\(type.prefix(64))': it must have letters, digits, '_' and '-' only")
    }
    // The name of the kind, also in the plural, which some producers use: `concert`, `concerts`.
    return RecordIdentity.typesOfKinds[type.hasSuffix("s") ? String(type.dropLast()) : type] ?? type
  }

  /// Returns the record's own id, if this project's sink made it: it has a digest, and a sequence is beside it. The id of
  /// another producer may be a key, of which a day has several versions, or a time. Then, and without an id, it is made of
  /// that and the content, so that each delivery of one version has the same.
  private static func id(of record: JSONObject, in envelope: JSONObject, type: String) throws(Problem) -> String {
    let own = envelope["record_id"]?.string ?? ""
    let isOurs = envelope["sequence"]?.number?.integer != nil
    if isOurs, !own.isEmpty, own.unicodeScalars.allSatisfy(\.isInKeyAlphabet) { return own }
    let key = RecordIdentity.text(envelope["record_id"]) ?? RecordIdentity.key(of: record, type: type)
    do {
      return try RecordIdentity.id(
        of: record, key: key, type: type, source: RecordIdentity.text(envelope["source"]) ?? "")
    } catch { throw Problem(text: "its id cannot be computed: \(error)") }
  }

  /// Reads a time; one without an offset, as Python writes it, is in UTC.
  private static func time(_ text: String) -> Date? {
    RFC3339.parse(text)?.date ?? RFC3339.parse("\(text.replacing(" ", with: "T"))Z")?.date
  }
}
