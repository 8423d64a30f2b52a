import Contracts
import Definitions
import FeedParser
import Foundation
import JSON
import Processing

/// Reads the input as a feed, mended if it has to be.
enum FeedTarget {
  static func read(_ input: Data) throws {
    let parser = try FeedParser(section: Section(plugin: "feed", values: []))
    let body = RawBody([UInt8](input), address: "https://feed.example/rss", origin: "o")
    let result: Records
    do { result = try parser.parse(body) } catch {
      try require(error.name == .sourceChanged || error.name == .configurationInvalid, "\(error)")
      return
    }
    for record in result.records {
      let text = JSONValue.object(record.fields).text
      try require(try JSONValue(parsing: text).object == record.fields, "a record changes as JSON: \(text)")
      for name in ["published", "updated"] {
        guard let date = record.fields[name]?.string else { continue }
        try require(date.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/) != nil, "\(name) is '\(date)'")
      }
      try require((record.fields["id"] == .null) == (record.fields["hash"] != nil), "an entry has no identity: \(text)")
    }
    let again = try parser.parse(body)
    try require(again.records == result.records, "a feed is read in two ways")
  }
}
