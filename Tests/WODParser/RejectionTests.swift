import Contracts
import JSON
import Testing

@testable import WODParser

@Suite("Posts and days that are not clear")
struct RejectionTests {
  private static let session = makeContent("Monday (Session One)", "Row.")

  private static let unreadable: [(JSONValue, String)] = [
    (makePost("<p>We lift on every Monday.</p>", slug: "about-us"), "about-us: no day header"),
    (makePost("", slug: "empty"), "empty: no day header"),
    (makePost(session, slug: "february-30-31-2024"), "february-30-31-2024: its dates are not clear"),
    (makePost(session, slug: "deload", date: "soon"), "deload: its dates are not clear"),
    (makePost(session, modified: "yesterday"), "march-4-10-2024-deload: its modified_gmt is 'yesterday'"),
    (makePost(String(repeating: "<b>", count: 300) + "x"), "march-4-10-2024-deload: its content cannot be read"),
    (["slug": "no-id", "content": ["rendered": "x"]], "no-id: it has no id"),
    (["id": 4, "content": ["rendered": "", "protected": true]], "post 4: its content is protected"),
    (["id": 4, "slug": "bare"], "bare: it has no content"), ("text", "post 0 is a text"),
  ]

  @Test("A post that cannot be read is rejected with its slug, and costs no other", arguments: unreadable)
  func posts(post: JSONValue, reason: String) throws {
    let found = try parse(post, makePost(Self.session, id: 8, slug: "march-11-17-2024"))
    #expect(found.texts("date") == ["2024-03-11"])
    #expect(found.reasons.count == 1 && found.reasons[0].hasPrefix(reason), "\(found.reasons)")
  }

  @Test("What is rejected has the post's id as its key, also if the post cannot be read")
  func keys() throws {
    let found = try parse(
      makePost(makeContent("Monday – Tuesday (1)", "Row.", "Wednesday (2)", "Run."), id: 9), makePost("", id: 10),
      makePost(Self.session, id: 11, modified: "yesterday"), ["slug": "no-id", "content": ["rendered": "x"]], "text")
    #expect(found.rejected.map(\.key) == ["9", "10", "11", nil, nil])
  }

  @Test("A header of several days is rejected with its lines; the other days stay")
  func severalDays() throws {
    let html = makeContent("Monday (Session One)", "Row.", "Tuesday – Friday: easy", "Run.", "Saturday", "Lift.")
    let found = try parse(makePost(html))
    #expect(
      found.texts("session") == ["Monday (Session One)", "Saturday"] && found.texts("notes") == ["Row.", "Lift."])
    #expect(
      found.reasons == ["march-4-10-2024-deload: 'Tuesday – Friday: easy' is not clear: it names more than one day"])
    #expect(found.rejected.map(\.text) == ["Tuesday – Friday: easy\nRun."])
  }

  @Test("A session that comes twice on a day is rejected: a table has one place for it")
  func twice() throws {
    let html = makeContent(
      "Monday (Session One)", "Row.", "Monday (Session One)", "Run.", "Monday (Session Two)", "Lift.")
    let found = try parse(makePost(html))
    #expect(found.texts("session") == ["Monday (Session One)", "Monday (Session Two)"])
    #expect(found.reasons.count == 1 && found.rejected.map(\.text) == ["Monday (Session One)\nRun."])
  }

  @Test("The second week of a post of two weeks is rejected: a weekday's name does not say which day it is")
  func twoWeeks() throws {
    let html = makeContent("Monday (1)", "Row.", "Friday (2)", "Run.", "Monday (3)", "Lift.", "Tuesday (4)", "Swim.")
    let found = try parse(makePost(html, slug: "march-4-17-2024"))
    #expect(found.texts("session") == ["Monday (1)", "Friday (2)"])
    #expect(found.reasons.count == 2 && found.reasons.allSatisfy { $0.contains("2024-03-04 to 2024-03-17") })
    #expect(try parse(makePost(html)).records.count == 4)
  }

  @Test(
    "In a range of more than a week no day before the one above it is guessed; the range is named",
    arguments: ["january-8-march-30-2024", "january-8-5-2024"])
  func longRange(slug: String) throws {
    let html = makeContent("Friday (Session One)", "Row.", "Monday (Session Two)", "Run.", "Sunday (Three)")
    let found = try parse(makePost(html, slug: slug, date: "2024-01-07T17:00:00"))
    #expect(found.texts("date") == ["2024-01-12"])
    #expect(found.reasons.count == 2 && found.reasons.allSatisfy { $0.contains("not in the order of one week") })
    #expect(found.warnings.map(\.reason).joined().contains("it is for more than a week, 2024-01-08 to"))
  }

  @Test("What is no page of posts is SourceChanged, but for the end of the pages")
  func pages() throws {
    let end = #"{"code": "rest_post_invalid_page_number", "message": "…", "data": {"status": 400}}"#
    #expect(try parse(end).records.isEmpty)
    for (body, reason) in [
      (#"{"code": "rest_forbidden", "message": "Sorry."}"#, "it answers rest_forbidden: Sorry."), ("3", "a number"),
      ("<html>", "is not JSON"), ("", "is not JSON"),
    ] {
      let error = #expect(throws: PipelineError.self) { try parse(body) }
      #expect(error?.name == .sourceChanged && error?.message.contains(reason) == true, "\(String(describing: error))")
    }
  }
}
