import Contracts
import Definitions
import Foundation
import JSON
import Processing
import XMLParser

/// Reads the input with the parser `xml`, with records at two kinds of places.
enum XMLRecordsTarget {
  static func read(_ input: Data) throws {
    let children = try parse(input, record: nil)
    let named = try parse(input, record: "item")
    try require((children == nil) == (named == nil), "a document is well-formed for one place of records only")
    // A document that is cut is none. What follows the outermost element may be cut: white space and comments.
    guard children != nil, let end = input.lastIndex(of: UInt8(ascii: ">")), end == input.endIndex - 1,
      !input.suffix(3).elementsEqual("-->".utf8), !input.suffix(2).elementsEqual("?>".utf8),
      input.first == UInt8(ascii: "<")
    else { return }
    try require(try parse(input.dropLast(), record: nil) == nil, "a document without its last character is accepted")
  }

  private static func parse(_ input: Data, record: String?) throws -> Int? {
    let section = Section(plugin: "xml", values: record.map { [("record", .scalar($0))] } ?? [])
    let parser = try XMLParser(section: section)
    do {
      let result = try parser.parse(RawBody([UInt8](input), address: "body", origin: "o"))
      for record in result.records {
        let text = JSONValue.object(record.fields).text
        try require(try JSONValue(parsing: text).object == record.fields, "a record changes as JSON: \(text)")
      }
      return result.records.count
    } catch let error as PipelineError {
      try require(error.name == .sourceChanged || error.name == .configurationInvalid, "\(error)")
      return nil
    }
  }
}
