import Contracts
import Definitions
import Foundation
import JSON
import Normalize
import Processing
import Time

/// Normalizes the input: a JSON object is a record; any other text is the value of each of a record's fields.
final class NormalizeTarget {
  nonisolated(unsafe) static let shared = NormalizeTarget()

  private static let types: [(name: String, options: [(String, String)])] = [
    ("text", [("max_length", "100"), ("trim", "true")]), ("html_text", []), ("integer", [("truncate", "true")]),
    ("number", [("minimum", "-5.5"), ("maximum", "1e30")]), ("decimal_comma", []), ("boolean", []),
    ("date", [("formats", "%d.%m.%y")]), ("timestamp", [("default_time", "00:00")]), ("list", [("split", ",")]),
    ("json", []),
  ]

  private let normalizer: Normalizer
  private let context: TransformContext

  private init() {
    let dataset = Dataset(id: "x", dataType: "items", timeZone: "America/Chicago", extractor: "http", sinks: [])
    let fields = Self.types.map { name, options -> (key: String, value: Section.Value) in
      let values = [("type", name)] + options
      return (name, .section(Section(values: values.map { ($0.0, Section.Value.scalar($0.1)) })))
    }
    let section = Section(values: [
      ("metadata", .scalar("metadata")), ("on_error", .scalar("keep")), ("fields", .section(Section(values: fields))),
    ])
    guard let normalizer = try? Normalizer(dataset, section: section), let item = try? WorkItem(id: "all") else {
      preconditionFailure("the section is wrong, or the time zone's rules are missing")
    }
    self.normalizer = normalizer
    context = TransformContext(dataset: dataset, item: item, readAt: Date(timeIntervalSince1970: 0))
  }

  func read(_ input: Data) throws {
    let source: JSONObject
    if case .object(let object)? = try? JSONValue(parsing: [UInt8](input)) {
      source = object
    } else {
      let text = String(decoding: input, as: UTF8.self)
      source = JSONObject(Self.types.map { ($0.name, .string(text)) })
    }
    let result = try normalizer.apply(Records([SourceRecord(source, origin: "urn:x#0")]), context)
    try require(result.records.count + result.rejected.count == 1, "a record is lost, or there are two")
    guard let record = result.records.first?.fields else { return }
    guard let metadata = record["metadata"]?.object else { return try require(false, "there is no metadata") }
    for (name, value) in source.members {
      let isField = Self.types.contains { $0.name == name }
      let kept = metadata[name]
      try require(kept == nil || kept == value, "'\(name)' is not as sent")
      try require(kept != nil || isField && record[name] != .null, "'\(name)' is lost")
    }
    try require(metadata.names.allSatisfy { source[$0] != nil }, "metadata has a key that the source has not")
    if let time = record["timestamp"]?.string {
      try require(RFC3339.parse(time) != nil, "'\(time)' is not RFC 3339")
    }
    if let date = record["date"]?.string { try require(CalendarDate(date) != nil, "'\(date)' is no date") }
    if let text = record["html_text"]?.string {
      try require(!text.isEmpty && !text.contains("  ") && !text.contains("\n"), "'\(text)' is not on one line")
    }
    let written = JSONValue.object(record).text
    try require((try? JSONValue(parsing: written)) == .object(record), "the record is not JSON: \(written)")
  }
}
