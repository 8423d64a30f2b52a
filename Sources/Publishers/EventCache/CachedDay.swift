import Contracts
import EventRecords
import FoundationEssentials
import Time

/// A day as it is cached: the key `events:2024-05-31`, and a JSON array in the shape of system 000.
enum CachedDay {
  static func key(of date: CalendarDate) -> String { "events:\(date)" }

  /// The records in order of time, those without one last and those of the same time in the order given, without their
  /// origins. The same records are always the same bytes: an object's keys are sorted, and a slash is not escaped.
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
      // Texts and truth values always have a form in JSON.
      throw PipelineError(.cacheUnavailable, "the events cannot be written as JSON: \(error)")
    }
  }
}
