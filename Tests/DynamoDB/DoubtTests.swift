import Contracts
import DynamoDB
import Foundation
import TestSupport
import Testing

@testable import DynamoDBSink

@Suite("Rejected records and rows of owners in DynamoDB")
struct DoubtTests {
  private let table = MemoryTable()

  private func fixture() throws -> SinkFixture { try SinkFixture(on: table) }

  private static func row(_ reason: String, key: String? = nil) -> String {
    #"{"reason":"\#(reason)"\#(key.map { #","href":"\#($0)""# } ?? "")}"#
  }

  @Test("keep the stored items of sessions that are rejected, or that rejected rows may be")
  func rejected() throws {
    let fixture = try fixture()
    try fixture.load(
      SinkFixture.document([
        SinkFixture.session("04"), SinkFixture.session("05"), SinkFixture.session("06"),
        SinkFixture.session("11", post: 124), SinkFixture.session("12", post: 124),
      ]))
    let huge = String(repeating: "x", count: 400 << 10)
    // Of post 123 a session is too large, and one is gone; of post 124 the parser has rejected what may be the session that
    // is missing.
    let report = try fixture.load(
      SinkFixture.document(
        [
          SinkFixture.session("04", edit: 2), SinkFixture.session("05", edit: 2, text: huge),
          SinkFixture.session("11", post: 124, edit: 2),
        ],
        rejected: "\(Self.row("week-of-post-124: no day: Tusday", key: "124")),\(Self.row("it has no date", key: "9"))")
    )
    #expect(report.records == RecordCounts(found: 5, changed: 2, rejected: 3, cancelled: 1))
    #expect(
      fixture.contents == [
        "04 Session One: Snatch (123, 2)", "05 Session One: Snatch (123, 1)", "11 Session One: Snatch (124, 2)",
        "12 Session One: Snatch (124, 1)",
      ])
    #expect(report.remarks.contains { $0.hasPrefix("1 items of post_id 124 that the document lacks are kept") })
    // A row without a key may be of any post.
    let unnamed = try fixture.load(
      SinkFixture.document([SinkFixture.session("04", edit: 3)], rejected: Self.row("week-of-post-9: no slug")))
    #expect(unnamed.records.cancelled == 0 && table.items.count == 4)
    let own = try fixture.load(
      SinkFixture.document([SinkFixture.session("04", edit: 4)], rejected: Self.row("bad", key: "123")))
    #expect(own.records.cancelled == 0)
    let other = try fixture.load(
      SinkFixture.document([SinkFixture.session("04", edit: 5)], rejected: Self.row("bad", key: "124")))
    #expect(other.records.cancelled == 1 && table.items.count == 3)
  }

  @Test("say nothing of another post, whatever words they share, and write none of its items")
  func othersRow() throws {
    let fixture = try fixture()
    let (first, other) = ([SinkFixture.session("04"), SinkFixture.session("05")], SinkFixture.session("11", post: 124))
    try fixture.load(SinkFixture.document(first + [other]))
    table.restart()
    // The words are in the records' texts: kind is session, a segment is Snatch.
    let row = Self.row("week-of-post-124: 'Monday' is not clear: the post has the session Snatch twice", key: "124")
    let edited = [SinkFixture.session("04", edit: 2)]
    let report = try fixture.load(SinkFixture.document(edited + [other], rejected: row))
    #expect(report.records == RecordCounts(found: 3, changed: 1, unchanged: 1, rejected: 1, cancelled: 1))
    #expect(
      fixture.contents == ["04 Session One: Snatch (123, 2)", "11 Session One: Snatch (124, 1)"] && table.writes == 2)
    // Nor does the end of the doubt.
    table.restart()
    #expect(try fixture.load(SinkFixture.document(edited + [other])).records.unchanged == 2 && table.writes == 0)
    // An earlier rejection of a post's rows is done with when the post is loaded without one.
    #expect(report.resolutions["124"] == .loaded && report.rejections.map(\.key) == ["124"])
  }

  @Test("of a post with a short id keep its items", arguments: [7, 70_000])
  func shortName(post: Int) throws {
    let fixture = try fixture()
    try fixture.load(SinkFixture.document(["04", "08"].map { SinkFixture.session($0, post: post) }))
    let report = try fixture.load(
      SinkFixture.document(
        [SinkFixture.session("04", post: post, edit: 2)],
        rejected: Self.row("post \(post): 'Friday – Saturday' is not clear: it names two days", key: "\(post)")))
    #expect(report.records.cancelled == 0 && table.items.count == 2)
  }

  @Test("are remembered: a late document deletes nothing that a later one has kept in doubt", arguments: [true, false])
  func lateDocument(hasKey: Bool) throws {
    let fixture = try fixture()
    let first = SinkFixture.document([SinkFixture.session("04"), SinkFixture.session("08")])
    try fixture.load(first)
    let second = [SinkFixture.session("04", edit: 2)]
    try fixture.load(SinkFixture.document(second, rejected: Self.row("bad", key: hasKey ? "123" : nil)))
    let kept = table.items
    #expect(kept.count == 2)
    try fixture.load(first)
    #expect(table.items == kept)
    // The edit without doubt deletes it.
    #expect(try fixture.load(SinkFixture.document(second)).records.cancelled == 1)
  }

  @Test("of a row that the transform normalize rejected keep the item with its key")
  func normalized() throws {
    let fixture = try fixture()
    try fixture.load(SinkFixture.document(["04", "05", "06"].map { SinkFixture.session($0) }))
    try fixture.load(
      SinkFixture.document(
        [SinkFixture.session("04", edit: 2)], rejected: Self.row("notes is no text", key: "2024-03-05, Session One")))
    #expect(fixture.contents == ["04 Session One: Snatch (123, 2)", "05 Session One: Snatch (123, 1)"])
  }
}
