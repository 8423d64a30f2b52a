import ConcertsSink
import Contracts
import Definitions
import Foundation
import Ledger
import PostgresSink
import Time

/// Reads the input as an extract document for a declared table.
final class TableTarget {
  nonisolated(unsafe) static let shared = TableTarget()

  private static let definition = """
    dataset_id: fuzz
    data_type: items
    extract: {}
    load:
      plugin: postgres
      table: items
      key: [id, day]
      columns:
        id: {type: text, max_length: 9}
        day: date
        price: {type: "numeric(6,2)", check: price between 0 and 100}
        size: {type: integer, default: 1}
        ratio: double
        flag: boolean
        seen: timestamptz
        tags: text[]
        data: jsonb
        hash: {type: text, from: $hash}
      metadata: rest
    """

  private let sink: PostgresSink
  private let target: LoadTarget

  private init() {
    let dataset = Dataset(id: "fuzz", dataType: "items", timeZone: "UTC", extractor: "none", sinks: ["postgres"])
    let (definition, _) = Definition.read(
      Array(Self.definition.utf8), file: "fuzz.yaml", plugins: KnownPlugins(load: [PostgresSink.form])
    ) { _, _ in nil }
    guard let section = definition?.sinks.first, let item = try? WorkItem(id: "all"),
      // Nothing is connected.
      let database = try? Database(url: "postgresql://127.0.0.1:1/fuzz", migrations: ConcertsSink.migrations),
      let sink = try? PostgresSink(database, dataset: dataset, section: section)
    else { preconditionFailure("the definition of the fuzz target is wrong") }
    self.sink = sink
    target = LoadTarget(dataset: dataset, item: item, key: "raw/fuzz.json")
  }

  func read(_ input: Data) throws {
    let report: LoadReport
    do { report = try sink.preview(input, for: target) } catch {
      try require(error.name == .storageCorrupt || error.name == .invalidInput, "\(error)")
      return
    }
    let counts = report.records
    try require(counts.found == counts.new + counts.unchanged + counts.rejected, counts.summary)
    let positions = report.rejections.map(\.position)
    try require(Set(positions).count == positions.count, "a record is rejected twice")
    for rejection in report.rejections {
      try require(!rejection.reason.utf8.contains(0), "a reason has a NUL, which Postgres refuses")
      try require(rejection.key?.utf8.contains(0) != true, "a key has a NUL, which Postgres refuses")
    }
    for (position, record) in RawRecords(input).entries(at: positions) {
      let value = try? JSONSerialization.jsonObject(with: Data(record.utf8), options: .fragmentsAllowed)
      try require(value != nil, "record \(position) is not JSON that can be stored: \(record)")
    }
    try require(
      RawRecords(input).entries(at: positions).count == positions.count, "a rejected record's JSON was not found")
  }
}
