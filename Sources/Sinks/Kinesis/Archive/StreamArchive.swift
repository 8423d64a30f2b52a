import Contracts
import FoundationEssentials
import JSON
import RawStore
import Time

/// Keeps what a stream has in the raw store, an object for each record, with the bytes as they came.
///
/// A record that cannot be read is kept as well, under `rejected/stream/`, with the reason, and a message about it is sent to the
/// dead-letter queue: it holds up no other. Only a record that could not be stored is to be delivered again.
public final class StreamArchive: StreamStore {
  /// Sends a text to the dead-letter queue.
  public typealias DeadLetters = (_ message: String, Deadline) throws(PipelineError) -> Void

  private let store: RawStore
  private let deadLetters: DeadLetters?

  /// - Parameter deadLetters: nil if there is no queue; the records are kept all the same.
  public init(_ store: RawStore, deadLetters: DeadLetters?) {
    self.store = store
    self.deadLetters = deadLetters
  }

  /// An object to write.
  private struct Entry {
    let record: StreamEvent.Record
    let key: String
    let body: Data
    var sequence: Int64?
    /// Nil for a record that has its place.
    let reason: String?
  }

  public func store(_ event: StreamEvent, deadline: Deadline) throws(PipelineError) -> StreamReport {
    let entries = event.records.map(Self.entry)
    // Of two deliveries of a record in one batch the one with the greater sequence, else the last one.
    let objects = Dictionary(entries.map { ($0.key, $0) }) { ($1.sequence ?? .max) >= ($0.sequence ?? .min) ? $1 : $0 }
      .sorted { $0.key < $1.key }
    let outcomes = store.putAll(objects.map { (key: $0.key, body: $0.value.body) }, deadline: deadline)
    let errors = Dictionary(uniqueKeysWithValues: zip(objects.map(\.key), outcomes))
    var report = StreamReport()
    var firstError: PipelineError?
    for entry in entries {
      let number = entry.record.kinesis.sequenceNumber
      do throws(PipelineError) {
        if let error = errors[entry.key] ?? nil { throw error }
        guard let reason = entry.reason else {
          report.stored += 1
          continue
        }
        try deadLetters?(Self.message(about: entry, in: store), deadline)
        report.rejected.append(.init(sequenceNumber: number, reason: reason, key: entry.key))
      } catch {
        firstError = firstError ?? error
        report.failed.append(.init(sequenceNumber: number, reason: error.message))
      }
    }
    // Then the invocation has failed: the alarm on the function's errors sees it.
    if let firstError, report.failed.count == entries.count { throw firstError }
    return report
  }

  private static func entry(_ record: StreamEvent.Record) -> Entry {
    let arrivedAt = record.kinesis.approximateArrivalTimestamp.map { Date(timeIntervalSince1970: $0) }
    do throws(ArchivedRecord.Problem) {
      guard let data = Data(base64Encoded: record.kinesis.data) else {
        throw ArchivedRecord.Problem(text: "its data are no Base64")
      }
      let archived = try ArchivedRecord([UInt8](data), arrivedAt: arrivedAt)
      return Entry(record: record, key: archived.key, body: data, sequence: archived.sequence, reason: nil)
    } catch {
      return Entry(
        record: record, key: rejectedKey(of: record, arrivedAt), body: Data(body(of: record, error.text).utf8),
        reason: error.text)
    }
  }

  /// Returns `rejected/stream/2024/05/31/SHARD-NUMBER.json`.
  private static func rejectedKey(of record: StreamEvent.Record, _ arrivedAt: Date?) -> String {
    let seconds = arrivedAt?.timeIntervalSince1970 ?? 0
    let day = CalendarDate(daysSinceEpoch: Int((seconds / 86_400).rounded(.down)))
    let name = RecordIdentity.cleaned(record.eventID ?? record.kinesis.sequenceNumber)
    return "rejected/stream/\("\(day)".split(separator: "-").joined(separator: "/"))/\(name.prefix(200)).json"
  }

  /// The record as it came, and why it has no place.
  private static func body(of record: StreamEvent.Record, _ reason: String) -> String {
    var members = facts(of: record, reason)
    members["data"] = .string(record.kinesis.data)
    return JSONValue.object(members).text
  }

  private static func message(about entry: Entry, in store: RawStore) -> String {
    var members = facts(of: entry.record, entry.reason ?? "")
    members["object"] = .string(store.url(of: entry.key))
    return JSONValue.object(members).text
  }

  private static func facts(of record: StreamEvent.Record, _ reason: String) -> JSONObject {
    var members = JSONObject([("reason", .string(reason))])
    let facts = [
      ("stream", record.eventSourceARN), ("event_id", record.eventID),
      ("sequence_number", record.kinesis.sequenceNumber), ("partition_key", record.kinesis.partitionKey),
      ("arrived_at", record.kinesis.approximateArrivalTimestamp.map { RFC3339.utc(Date(timeIntervalSince1970: $0)) }),
    ]
    for (name, value) in facts { members[name] = value.map { .string($0) } }
    return members
  }
}
