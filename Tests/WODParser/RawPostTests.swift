import JSON
import Processing
import Testing

@testable import WODParser

@Suite("Posts as they were received")
struct RawPostTests {
  @Test("Each post is a record with its own bytes, spaces and escapes included; so is one by itself")
  func bytes() throws {
    let (first, second) = (
      ##"{"id": 1,  "slug":"a","date":"2024-03-03T17:00:00", "content":{"rendered":"caf\u00e9 – ]}\" 🏋"}}"##, "[1, 2]"
    )
    let last = ##"{"id":2,"slug":"b","content":{"rendered":"<p>Monday</p>"},"date":"2024-03-03"}"##
    let found = try parse("\u{FEFF} [ \(first) ,\n\(second),\(last)\r\n] ", keepsPosts: true)
    #expect(found.texts("kind") == ["post", "post", "session"])
    #expect(found.texts("body") == [first, last, ""] && found.texts("slug") == ["a", "b", "b"])
    #expect(found.texts("date") == ["2024-03-03", "2024-03-03", "2024-03-04"])
    #expect(found.rejected.count == 2)
    #expect(try parse(" \(last) ", keepsPosts: true).texts("body") == [last, ""])
  }

  @Test("A post without days is a record all the same")
  func withoutDays() throws {
    let found = try parse(makePost("<p>About us</p>"), keepsPosts: true)
    #expect(found.texts("kind") == ["post"] && found.rejected.count == 1)
  }

  @Test("Records have no kind unless they are of two")
  func kind() throws {
    let found = try parse(makePost("<p>Monday</p>"))
    #expect(found.records.count == 1 && found.records[0].fields["kind"]?.string == nil)
  }

  @Test("The structure has the sessions, and what is not clear")
  func structure() throws {
    let section = try WODParser(section: .init(plugin: "wod"))
      .structure(
        of: RawBody(
          Array(JSONValue.array([makePost("<p>Hi</p>"), makePost("Monday")]).text.utf8), address: "a", origin: "o"))
    #expect(section.object?.names == ["sessions", "rejected", "warnings"])
    #expect(section.object?["sessions"]?.array?.count == 1 && section.object?["rejected"]?.array?.count == 1)
  }
}
