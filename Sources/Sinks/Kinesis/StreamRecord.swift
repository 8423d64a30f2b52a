import Contracts
import Cryptography
import FoundationEssentials
import JSON
import Kinesis
import Time

/// A record as the stream gets it: the sink's record, and
///
///     {"ingestion_timestamp": "2024-05-31T08:00:03.120Z", "data_type": "events", "source": "news",
///      "record_id": "news_1-0f3a…", "sequence": 1717142403120017}
struct StreamRecord {
  /// The record's key, for a person; nil if it has none.
  let label: String?
  let id: String
  let type: String
  let sequence: Int
  let record: KinesisRecord

  /// The reason for which a record is rejected.
  struct Problem: Error {
    let text: String
    let label: String?
  }

  /// - Parameters:
  ///   - position: the record's index in the document, over all its parts.
  ///   - listedAt: the time at which the document's source was read.
  init(
    _ fields: JSONObject, at position: Int, of listedAt: Date, _ settings: KinesisSink.Settings
  ) throws(Problem) {
    let kind = fields["kind"]?.string
    let ownType = kind.flatMap { RecordIdentity.typesOfKinds[$0] } ?? settings.dataset.dataType
    type = settings.type ?? ownType
    let source = settings.source ?? settings.dataset.source
    let key = RecordIdentity.key(of: fields, type: ownType, fields: settings.keyFields)
    label = key ?? settings.partitionFields.lazy.compactMap { RecordIdentity.text(fields[$0]) }.first
    do { id = try RecordIdentity.id(of: fields, key: key, type: type, source: source) } catch {
      throw Problem(text: "its id cannot be computed: \(error)", label: label)
    }
    // Of one record, a version that was read later has a greater number, and each sending of a version the same one: it needs
    // nothing but the document. A document has fewer records than microseconds pass until its item is read again.
    sequence = Self.microseconds(listedAt) + position
    let partition = settings.partitionFields.lazy.compactMap { RecordIdentity.text(fields[$0]) }.first ?? key ?? id
    guard partition.utf16.count <= KinesisRecord.maximumKeyLength else {
      throw Problem(
        text: "its partition key has more than \(KinesisRecord.maximumKeyLength) characters: \(partition.prefix(60))…",
        label: label)
    }
    var record = fields
    record[LineageField.record] = nil
    record[LineageField.sourceRow] = nil
    record["ingestion_timestamp"] = .string(RFC3339.utc(roundingToMilliseconds: listedAt))
    record["data_type"] = .string(type)
    record["source"] = .string(source)
    record["record_id"] = .string(id)
    record["sequence"] = .number(JSONNumber(sequence))
    var bytes: [UInt8] = []
    record.write(into: &bytes)
    self.record = KinesisRecord(partitionKey: partition, data: Data(bytes))
    guard self.record.size <= KinesisRecord.maximumBytes else {
      throw Problem(
        text: "it has \(self.record.size) bytes with its partition key, and a record of a stream has at most "
          + "\(KinesisRecord.maximumBytes)", label: label)
    }
  }

  /// Documents have milliseconds, whose floating-point numbers may be slightly less.
  private static func microseconds(_ time: Date) -> Int {
    Int((time.timeIntervalSince1970 * 1000).rounded()) * 1000
  }
}
