import Contracts
import Foundation
import Ledger
import Text

/// Records in quarantine as a table.
struct RejectedReport {
  let records: [QuarantinedRecord]
  let dataset: Dataset
  /// True if the report lists every record that a run rejected, resolved or not.
  let isOfRun: Bool
  /// True if texts are not cut, and each record's document and position are shown.
  var isWide = false

  func lines(for terminal: Terminal) -> [String] {
    guard !records.isEmpty else {
      return [
        isOfRun
          ? "The run rejected no record of the dataset \(dataset.id)."
          : "No record of the dataset \(dataset.id) is in quarantine."
      ]
    }
    return table.lines(width: isWide ? nil : terminal.size?.width, colors: terminal.colors)
      + (isWide ? [] : ["", "--wide shows texts in full, and the documents; --json the records."])
  }

  private var table: TextTable {
    let summaries = records.map { RejectedSummary($0) }
    let hasArtists =
      dataset.dataType == Words.ofDays.records || summaries.contains { !$0.artist.isEmpty || !$0.venue.isEmpty }
    var columns: [TextTable.Column] = [.init(title: "item"), .init(title: dataset.words.record, minimum: 12)]
    if hasArtists { columns += [.init(title: "artist", minimum: 10), .init(title: "venue", minimum: 10)] }
    columns.append(.init(title: "reason", minimum: 18))
    if isOfRun { columns.append(.init(title: "since", rank: 1)) }
    if isWide {
      columns += [.init(title: "rejected"), .init(title: "position", isRight: true), .init(title: "document")]
    }
    var table = TextTable(columns)
    table.rows = zip(records, summaries).map { record, summary in
      var row: [TextTable.Cell] = [.init(record.item.id), .init(summary.event)]
      if hasArtists { row += [.init(summary.artist), .init(summary.venue)] }
      row.append(.init(record.reason))
      if isOfRun { row.append(record.resolution.map { .init($0.kind, .dim) } ?? .init("open", .yellow)) }
      if isWide {
        row += [
          .init(zonedTime(record.rejectedAt, in: .current)), .init(record.position), .init(record.rawKey),
        ]
      }
      return row
    }
    return table
  }

  /// A JSON list, an object a line. The records are byte for byte as the database has them.
  var json: String {
    let objects = records.map { record in
      var fields = [
        ("item", quoted(record.item.id)), ("date", quoted(record.item.date?.description)),
        ("raw_key", quoted(record.rawKey)), ("run", quoted(record.run)), ("position", "\(record.position)"),
        ("reason", quoted(record.reason)), ("wwoz_event_href", quoted(record.href)),
        ("rejected_at", quoted(record.rejectedAt.ISO8601Format())), ("record", record.record ?? "null"),
      ]
      if let end = record.resolution {
        fields += [
          ("resolution", quoted(end.kind)), ("resolved_at", quoted(end.at.ISO8601Format())),
          ("resolved_by", quoted(end.rawKey)),
        ]
      }
      return "{" + fields.map { "\(quoted($0)):\($1)" }.joined(separator: ",") + "}"
    }
    return objects.isEmpty ? "[]" : "[\n\(objects.joined(separator: ",\n"))\n]"
  }

  private func quoted(_ text: String?) -> String { text?.quotedForJSON() ?? "null" }
}
