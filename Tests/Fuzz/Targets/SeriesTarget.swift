import Contracts
import Definitions
import Foundation
import JSON
import Processing
import SpreadsheetParser

/// Reads the input as a workbook, with a series of each layout in sheets that the seeds have.
enum SeriesTarget {
  private static let layouts: [[(String, String)]] = [
    [("header_row", "1"), ("date_col", "A"), ("value_col", "B"), ("text_dates", "es")],
    [("fecha_row", "6"), ("fecha_start_col", "B"), ("valor_row", "10"), ("valor_start_col", "B")],
    [("first_row", "1"), ("year_col", "A"), ("month_col", "B"), ("value_col", "C")],
  ]

  static func read(_ input: Data) throws {
    var series: [Section.Value] = []
    for (number, layout) in layouts.enumerated() {
      for sheet in ["Series", "EMAE", "IPC"] {
        let keys =
          layout + [("internal_series_code", "\(sheet)\(number)"), ("sheet", sheet), ("unit", "u"), ("frequency", "M")]
        series.append(.section(Section(values: keys.map { ($0.0, .scalar($0.1)) })))
      }
    }
    let parser = try SpreadsheetParser(section: Section(values: [("series_map", .list(series))]))
    let body = RawBody([UInt8](input), address: "body", origin: "o")
    let records: Records
    do { records = try parser.parse(body) } catch let error as PipelineError {
      try require(error.name == .sourceChanged && error.message.hasPrefix("body "), "\(error)")
      return
    }
    for record in records.records {
      try require(record.fields["value"]?.number?.double.isFinite == true, "a value is not finite")
      let time = record.fields["obs_time"]?.string ?? ""
      try require(time.utf8.count == 19 || time.utf8.count == 23, "a time is '\(time)'")
      try require(record.origin.hasPrefix("o#") && record.origin.contains("!"), "a point has no cell: \(record.origin)")
    }
    for rejected in records.rejected {
      try require(rejected.problem.reason.contains(": "), "a rejection names no series: \(rejected.problem)")
    }
    let stream = try parser.stream(RawBody([], address: "body", origin: "o"))
    var streamed = Records()
    for start in stride(from: 0, to: input.count, by: 1000) {
      let end = min(input.count, start + 1000)
      try stream.add(Array(body.bytes[start..<end]), isLast: end == input.count) {
        streamed.records += $0.records
        streamed.rejected += $0.rejected
      }
    }
    try require(streamed.records == records.records && streamed.rejected == records.rejected, "segments change records")
  }
}
