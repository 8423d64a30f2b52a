import Definitions
import JSON
import Processing

@testable import WODParser

/// Makes a post as WordPress sends it.
func makePost(
  _ html: String, id: Int = 7, slug: String = "march-4-10-2024-deload", title: String = "x",
  date: String = "2024-03-03T17:00:00", modified: String? = "2024-03-01T12:00:00"
) -> JSONValue {
  [
    "id": .number(JSONNumber(id)), "date": .string(date), "slug": .string(slug),
    "modified_gmt": modified.map { .string($0) } ?? .null, "title": ["rendered": .string(title)],
    "link": .string("https://gym.example/\(slug)/"), "content": ["rendered": .string(html), "protected": false],
  ]
}

/// Makes the content of a post of lines.
func makeContent(_ lines: String...) -> String { lines.map { "<p>\($0)</p>" }.joined(separator: "\n") }

func parse(_ posts: JSONValue..., keepsPosts: Bool = false) throws -> Records {
  try parse(JSONValue.array(posts).text, keepsPosts: keepsPosts)
}

func parse(_ body: String, keepsPosts: Bool = false) throws -> Records {
  let section = Section(plugin: "wod", values: keepsPosts ? [("posts", .scalar("true"))] : [])
  return try WODParser(section: section)
    .parse(RawBody(Array(body.utf8), address: "https://gym.example/posts", origin: "urn:uuid:1"))
}

extension Records {
  /// A field of all records.
  func texts(_ field: String) -> [String] { records.map { $0.fields[field]?.string ?? "" } }
  var reasons: [String] { rejected.map(\.problem.reason) }
}
