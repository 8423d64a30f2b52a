import Contracts
import Datasets
import Foundation
import Ledger
import Text

/// Records in quarantine, grouped by their documents.
struct RejectedReport {
  let records: [QuarantinedRecord]
  var dataset = Datasets.standard
  /// True if the report lists every record that a run rejected, resolved or not.
  let isOfRun: Bool

  func lines(for terminal: Terminal) -> [String] {
    guard !records.isEmpty else {
      return [
        isOfRun
          ? "The run rejected no record of the dataset \(dataset.id)."
          : "No record is in quarantine."
      ]
    }
    var lines: [String] = []
    for (key, records) in documents {
      if !lines.isEmpty { lines.append("") }
      lines.append(Style.bold.apply(TextWidth.cleaned(key), colors: terminal.colors))
      lines += table(records).lines(width: terminal.size?.width, colors: terminal.colors)
    }
    return lines
  }

  private var documents: [(key: String, records: [QuarantinedRecord])] {
    var documents: [(key: String, records: [QuarantinedRecord])] = []
    for record in records {
      if documents.last?.key != record.rawKey { documents.append((record.rawKey, [])) }
      documents[documents.count - 1].records.append(record)
    }
    return documents
  }

  private func table(_ records: [QuarantinedRecord]) -> TextTable {
    var columns: [TextTable.Column] = [
      .init(title: "position", short: "pos", isRight: true), .init(title: "reason", minimum: 20),
    ]
    if isOfRun { columns.append(.init(title: "since", rank: 1)) }
    var table = TextTable(columns + [.init(title: "record", minimum: 12)])
    table.rows = records.map { record in
      var row: [TextTable.Cell] = [.init(record.position), .init(record.reason)]
      if isOfRun { row.append(record.resolution.map { .init($0.kind, .dim) } ?? .init("open", .yellow)) }
      return row + [.init(record.record ?? "")]
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
