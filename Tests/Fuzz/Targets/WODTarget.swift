import Contracts
import Definitions
import Foundation
import JSON
import Processing
import WODParser

/// Reads the input as a page of posts, and as the content of one post.
enum WODTarget {
  static func read(_ input: Data) throws {
    try check([UInt8](input), isPage: false)
    let post: JSONValue = [
      "id": 7, "slug": "march-4-10-2024", "date": "2024-03-03T17:00:00", "modified_gmt": "2024-03-03T17:00:00",
      "content": ["rendered": .string(String(decoding: input, as: UTF8.self))],
    ]
    try check(Array(JSONValue.array([post]).text.utf8), isPage: true)
  }

  private static func check(_ bytes: [UInt8], isPage: Bool) throws {
    let parser = WODParser(section: Section(plugin: "wod", values: [("posts", .scalar("true"))]))
    let result: Records
    do { result = try parser.parse(RawBody(bytes, address: "https://gym.example/posts", origin: "o")) } catch {
      try require(!isPage && error.name == .sourceChanged, "\(error)")
      return
    }
    var keys: Set<[String]> = []
    let bodies = result.records.filter { $0.fields["kind"] == "post" }.compactMap { $0.fields["body"]?.string }
    for body in bodies {
      try require(try JSONValue(parsing: body).object != nil, "a post as received is no object: \(body)")
    }
    for record in result.records where record.fields["kind"] == "session" {
      let text = JSONValue.object(record.fields).text
      try require(
        record.fields["date"]?.string?.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil, "a session has no day: \(text)")
      try require(record.fields["session"]?.string?.isEmpty == false, "a session has no name: \(text)")
      let key = [
        record.fields["post_id"]?.text ?? "", record.fields["date"]?.text ?? "", record.fields["session"]?.text ?? "",
      ]
      // Several posts of an input may have one id.
      try require(keys.insert(key).inserted || bodies.count > 1, "a post has a session twice: \(text)")
    }
    try require(!isPage || bodies.count == 1, "a post is not kept as it was received")
    for row in result.rejected { try require(!row.problem.reason.isEmpty, "a rejection has no reason") }
  }
}
