import ConcertsSink
import Contracts
import Foundation
import Time

/// Reads the input as an extract document of 2024-05-31, as the concerts sink does.
final class DocumentTarget {
  nonisolated(unsafe) static let shared = DocumentTarget()

  private let target: LoadTarget
  private let zone: TimeZoneRules

  private init() {
    guard let date = CalendarDate("2024-05-31"), let dataset = try? FuzzDatasets.catalog().dataset(nil),
      let zone = try? dataset.timeZoneRules()
    else {
      preconditionFailure("the dataset's definition, or the time zone's rules, are missing")
    }
    target = LoadTarget(dataset: dataset, item: WorkItem(date: date), key: "raw/fuzz.json")
    self.zone = zone
  }

  func read(_ input: Data) throws {
    let document: LoadDocument
    do {
      document = try LoadDocument(input, for: target, latest: .distantFuture)
    } catch {
      try require(error.name == .storageCorrupt || error.name == .invalidInput, "\(error)")
      return
    }
    let parsed = ParsedDocument(document, zone: zone)
    let counted = parsed.eventCount + parsed.duplicates + parsed.rejections.count
    try require(
      counted == document.entries.count,
      "\(document.entries.count) entries: \(parsed.eventCount) events, \(parsed.duplicates) duplicates, "
        + "\(parsed.rejections.count) rejections")
    let positions = parsed.rejections.map(\.position)
    try require(Set(positions).count == positions.count, "a record is rejected twice")
    for (position, record) in document.rawRecords(positions) {
      let value = try? JSONSerialization.jsonObject(with: Data(record.utf8), options: .fragmentsAllowed)
      try require(value != nil, "record \(position) is not JSON that can be stored: \(record)")
      try require(!record.utf8.contains(0), "record \(position) has a NUL, which Postgres refuses")
    }
    // A document without a NUL escape skips the check of each record, and must reject the same ones.
    var checked = document
    checked.mayHaveNUL = true
    try require(
      ParsedDocument(checked, zone: zone).rejections == parsed.rejections, "the check of NUL characters was skipped")
  }
}
