import Contracts
import EventRecords
import FoundationEssentials
import Time

/// A cached day: the key `events:2024-05-31` of the events that take place, and `cancelled:2024-05-31` of the cancelled
/// ones. Each value is a JSON array in the legacy system's shape.
enum CachedDay {
  static let prefix = "events:"

  static func key(of date: CalendarDate) -> String { "\(prefix)\(date)" }

  static func cancelledKey(of date: CalendarDate) -> String { "cancelled:\(date)" }

  /// The days from today on whose cancelled events are cached: an app warns of what is about to take place.
  static let daysWithCancelled = 0...7

  /// True if the database, or the source, says that the event is cancelled.
  static func isCancelled(_ record: EventRecord) -> Bool { record.event.status == "cancelled" }

  /// Encodes the records without their origins, sorted by time. Records without a time come last, and records of the same
  /// time keep their order. The same records always have the same bytes: an object's keys are sorted, and slashes are not
  /// escaped.
  static func json(_ records: [EventRecord]) throws(PipelineError) -> Data {
    let timed = records.enumerated().map { index, record in
      (time: record.performanceTime.flatMap { RFC3339.parse($0)?.date } ?? .distantFuture, index: index)
    }
    let ordered = timed.sorted { ($0.time, $0.index) < ($1.time, $1.index) }.map { entry in
      var record = records[entry.index]
      record.origin = nil
      return record
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return try encoder.encode(ordered)
    } catch {
      // Not expected: every text and Boolean value can be encoded.
      throw PipelineError(.cacheUnavailable, "the events cannot be encoded as JSON: \(error)")
    }
  }
}
