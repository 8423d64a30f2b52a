import Contracts
import Definitions
import Foundation
import JQ
import JSON
import JSONParser
import Processing

/// Reads the input as a JSON text, as JSON Lines, and as a body with the parser `json`. A text behind a NUL is a path that
/// is applied to the value before it.
enum JSONTarget {
  static func read(_ input: Data) throws {
    let parts = input.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
    let bytes = [UInt8](parts[0])
    let value = try? JSONValue(parsing: bytes)
    if let value {
      let text = value.text
      let again = try? JSONValue(parsing: text)
      try require(again == value && again?.text == text, "a value changes when it is written and read again: \(text)")
      // A number goes on in a longer text; any other value has an end.
      if value.number == nil, let last = bytes.last, last > 0x20 {
        try require((try? JSONValue(parsing: bytes.dropLast())) == nil, "a text without its last character is accepted")
      }
      if parts.count > 1 { try select(String(decoding: parts[1], as: UTF8.self), in: value) }
    }
    try parse(bytes, isLines: false, isJSON: value != nil)
    try parse(bytes, isLines: true, isJSON: value != nil)
  }

  private static func select(_ path: String, in value: JSONValue) throws {
    guard let selector = JSONSelector(path) else { return }
    try require(JQFilters.problem(of: path) == nil, "a path that filters may not use: \(path)")
    if let values = try? selector.values(in: value), let first = try? selector.first(in: value) {
      try require(values.first == first, "the first value of \(path) is another one")
    }
  }

  private static func parse(_ bytes: [UInt8], isLines: Bool, isJSON: Bool) throws {
    let section = Section(plugin: "json", values: isLines ? [("lines", .scalar("true"))] : [])
    let parser = try JSONParser(section: section, filters: JQFilters())
    do {
      let result = try parser.parse(RawBody(bytes, address: "body", origin: "o"))
      try require(isLines || isJSON, "a body that is not JSON has records")
      let origins = Set(result.records.map(\.origin))
      try require(origins.count == result.records.count, "two records have one origin")
    } catch let error as PipelineError {
      try require(error.name == .sourceChanged, "\(error)")
    }
  }
}
