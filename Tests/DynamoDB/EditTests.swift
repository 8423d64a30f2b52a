import Contracts
import DynamoDB
import Foundation
import TestSupport
import Testing

@testable import DynamoDBSink

@Suite("Edits of an owner's records in DynamoDB")
struct EditTests {
  private let table = MemoryTable()

  private func fixture() throws -> SinkFixture { try SinkFixture(on: table) }

  @Test("change exactly the items of the edited post")
  func edit() throws {
    let fixture = try fixture()
    try fixture.load(
      SinkFixture.document([
        SinkFixture.session("04"), SinkFixture.session("05"), SinkFixture.session("11", post: 124),
        SinkFixture.session("12", post: 124),
      ]))
    let before = table.items
    table.restart()
    let report = try fixture.load(
      SinkFixture.document([
        SinkFixture.session("04", edit: 2, text: "Jerk"), SinkFixture.session("05", edit: 2),
        SinkFixture.session("06", edit: 2), SinkFixture.session("11", post: 124), SinkFixture.session("12", post: 124),
      ]))
    #expect(report.records == RecordCounts(found: 5, new: 1, changed: 2, unchanged: 2, cancelled: 0))
    #expect(table.writes == 3)
    #expect(before.filter { $0.value["post_id"] == .number("124") }.allSatisfy { table.items[$0.key] == $0.value })
    #expect(
      fixture.contents == [
        "04 Session One: Jerk (123, 2)", "05 Session One: Snatch (123, 2)", "06 Session One: Snatch (123, 2)",
        "11 Session One: Snatch (124, 1)", "12 Session One: Snatch (124, 1)",
      ])
  }

  @Test("delete the sessions that the post no longer has, and no others")
  func removal() throws {
    let fixture = try fixture()
    table.put(["date": .text("by hand"), "session": .text("s"), "segment_a": .text("kept")])
    try fixture.load(SinkFixture.document([SinkFixture.session("11", post: 124)]))
    try fixture.load(
      SinkFixture.document((4...8).map { SinkFixture.session("0\($0)") }))
    let report = try fixture.load(
      SinkFixture.document([SinkFixture.session("04", edit: 2), SinkFixture.session("05", "Session Two", edit: 2)]))
    #expect(report.records == RecordCounts(found: 2, new: 1, changed: 1, cancelled: 4))
    #expect(
      report.remarks == [
        "4 items that post_id 123 no longer has are deleted: 2024-03-05 | Session One, 2024-03-06 | Session One, "
          + "2024-03-07 | Session One, …"
      ])
    #expect(
      fixture.contents == [
        "04 Session One: Snatch (123, 2)", "05 Session Two: Snatch (123, 2)", "11 Session One: Snatch (124, 1)",
        "nd s: kept (, )",
      ])
  }

  @Test("that are older than what is stored change nothing, even if they have other dates")
  func late() throws {
    let fixture = try fixture()
    let newer = [SinkFixture.session("05", edit: 2, text: "Jerk"), SinkFixture.session("06", edit: 2)]
    try fixture.load(SinkFixture.document(newer))
    let before = table.items
    for older in [["04", "05"], ["11", "12"]] {
      table.restart()
      let report = try fixture.load(SinkFixture.document(older.map { SinkFixture.session($0) }))
      #expect(report.records == RecordCounts(found: 2, unchanged: 2, cancelled: 0))
      #expect(report.remarks == ["2 records are earlier versions of what the table workouts has: they stay unwritten"])
      #expect(table.items == before && table.writes == 0)
    }
  }

  @Test(
    "of two posts with one session: that of the later edit stands, whichever is loaded first", arguments: [true, false])
  func twoOwners(isFirst: Bool) throws {
    let fixture = try fixture()
    let (old, new) = (SinkFixture.session("04", post: 200), SinkFixture.session("04", post: 123, edit: 2))
    for each in isFirst ? [old, new] : [new, old] { try fixture.load(SinkFixture.document([each])) }
    #expect(fixture.contents == ["04 Session One: Snatch (123, 2)"])
    let report = try fixture.load(SinkFixture.document([old, SinkFixture.session("05", post: 200)]))
    #expect(report.records == RecordCounts(found: 2, new: 1, rejected: 1, cancelled: 0))
    #expect(
      report.rejections.first?.reason
        == "the table has a record with the key 2024-03-04 | Session One of another post_id, 123, which is of a later time: "
        + "that one stands")
    #expect(report.rejected[0]?.contains(#""post_id":200"#) == true)
    // Of one time, that of the greater id.
    let (small, great) = (SinkFixture.session("07", post: 9), SinkFixture.session("07", post: 10))
    for each in isFirst ? [small, great] : [great, small] { try fixture.load(SinkFixture.document([each])) }
    #expect(fixture.contents.last == "07 Session One: Snatch (10, 1)")
  }

  @Test("take over the items that another program has written")
  func foreign() throws {
    let fixture = try fixture()
    table.put(["date": .text("2024-03-04"), "session": .text("Session One"), "segment_a": .text("by system 004")])
    let report = try fixture.load(SinkFixture.document([SinkFixture.session("04")]))
    #expect(report.records.changed == 1 && fixture.contents == ["04 Session One: Snatch (123, 1)"])
  }

  @Test("may have numbers as order")
  func numbers() throws {
    let fixture = try SinkFixture(
      "{plugin: dynamodb, table: workouts, hash: date, range: session, order: version}", on: table)
    func record(_ version: String) -> Data {
      SinkFixture.document([#"{"date":"d","session":"s","version":\#(version)}"#])
    }
    for version in ["9", "10", "2", "9.5"] { try fixture.load(record(version)) }
    #expect(table.sorted[0]["version"] == .number("10"))
    // Another type of order is no order that the stored one could be compared with.
    try fixture.load(record(#""2024""#))
    #expect(table.sorted[0]["version"] == .text("2024"))
  }
}
