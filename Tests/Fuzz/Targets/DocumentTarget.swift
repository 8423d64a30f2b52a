import Foundation
import LambdaRuntime
import LoaderFunction
import Contracts
import Settings
import EventRecords
import Time
import ConcertsSink

/// Reads the input as an extract document of 2024-05-31.
final class DocumentTarget {
  nonisolated(unsafe) static let shared = DocumentTarget()
  private static let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_fuzz.json"

  private let request: LoadRequest
  private let zone: TimeZoneRules

  private init() {
    let event = Data(#"{"s3_key":"\#(Self.key)","date":"2024-05-31"}"#.utf8)
    guard let request = try? JSONDecoder().decode(LoadRequest.self, from: event),
      let zone = try? Dataset.wwoz.timeZoneRules()
    else { preconditionFailure("the loader cannot be created") }
    (self.request, self.zone) = (request, zone)
  }

  func read(_ input: Data) throws {
    let handler = LoaderHandler(
      reading: { _, _ in input }, loading: { [zone] document, _ in try Self.check(document, zone) },
      recording: { _, _, _, _ in nil })
    let context = LambdaContext(
      requestID: "fuzz", deadline: Deadline(after: .seconds(60), on: SystemTime()),
      log: Logger(environment: [:]) { _ in })
    do { _ = try handler.handle(request, context) } catch is PipelineError {}
  }

  private static func check(_ document: LoadDocument, _ zone: TimeZoneRules) throws -> LoadReport {
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
    return LoadReport(counts: LoadCounts(), rejections: parsed.rejections)
  }
}
