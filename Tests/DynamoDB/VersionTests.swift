import Contracts
import DynamoDB
import Foundation
import TestSupport
import Testing

@testable import DynamoDBSink

@Suite("Versions of a record in one document, in DynamoDB")
struct VersionTests {
  private let table = MemoryTable()

  private func fixture(_ load: String = SinkFixture.workouts) throws -> SinkFixture { try SinkFixture(load, on: table) }

  private static let old = [SinkFixture.session("04", text: "old"), SinkFixture.session("05", text: "old")]
  private static let new = [
    SinkFixture.session("04", edit: 2, text: "new"), SinkFixture.session("06", edit: 2, text: "new"),
  ]

  @Test("of a post that was edited while its list was read: the later one is stored", arguments: [true, false])
  func twoVersions(isOldFirst: Bool) throws {
    let fixture = try fixture()
    let other = SinkFixture.session("11", post: 124)
    try fixture.load(SinkFixture.document(Self.old + [other]))
    let records = isOldFirst ? Self.old + [other] + Self.new : Self.new + [other] + Self.old
    let report = try fixture.load(SinkFixture.document(records))
    #expect(report.records == RecordCounts(found: 5, new: 1, changed: 1, unchanged: 3, cancelled: 1))
    #expect(report.rejections.isEmpty)
    #expect(
      fixture.contents == [
        "04 Session One: new (123, 2)", "06 Session One: new (123, 2)", "11 Session One: Snatch (124, 1)",
      ])
    table.restart()
    #expect(try fixture.load(SinkFixture.document(Self.new + [other])).records.unchanged == 3 && table.writes == 0)
  }

  @Test("of which the later one has a rejected record: the earlier one does not come back")
  func rejectedVersion() throws {
    let fixture = try fixture()
    let huge = SinkFixture.session("05", edit: 2, text: String(repeating: "x", count: 400 << 10))
    let report = try fixture.load(SinkFixture.document(Self.old + [huge] + Self.new))
    #expect(report.records == RecordCounts(found: 5, new: 2, unchanged: 2, rejected: 1, cancelled: 0))
    #expect(fixture.contents == ["04 Session One: new (123, 2)", "06 Session One: new (123, 2)"])
  }

  @Test("of two posts with one key: that of the later edit stands, wherever it is", arguments: [true, false])
  func twoOwners(isOldFirst: Bool) throws {
    let fixture = try fixture()
    let first = SinkFixture.session("04", post: 200)
    let (before, after) = (SinkFixture.session("04", edit: 2), SinkFixture.session("04", edit: 3, text: "Jerk"))
    try fixture.load(SinkFixture.document([before]))
    let report = try fixture.load(SinkFixture.document(isOldFirst ? [first, after] : [after, first]))
    #expect(report.records == RecordCounts(found: 2, changed: 1, rejected: 1, cancelled: 0))
    #expect(fixture.contents == ["04 Session One: Jerk (123, 3)"])
    let place = isOldFirst ? 0 : 1
    #expect(
      report.rejections == [
        .init(
          position: place,
          reason:
            "the document has a record with the key 2024-03-04 | Session One of another post_id, 123, which is of a "
            + "later time: that one stands", key: "2024-03-04 | Session One")
      ])
    #expect(report.rejected[place]?.contains(#""post_id":200"#) == true)
    // Of one time, that of the greater id, as between two documents.
    let (small, great) = (SinkFixture.session("07", post: 9), SinkFixture.session("07", post: 10))
    try fixture.load(SinkFixture.document(isOldFirst ? [small, great] : [great, small]))
    #expect(fixture.contents.last == "07 Session One: Snatch (10, 1)")
  }

  @Test("without an owner: that of the greater order stands", arguments: [true, false])
  func withoutOwner(isOldFirst: Bool) throws {
    let fixture = try fixture("{plugin: dynamodb, table: workouts, hash: date, range: session, order: modified}")
    let (old, new) = (SinkFixture.session("04", text: "old"), SinkFixture.session("04", edit: 2, text: "new"))
    let report = try fixture.load(SinkFixture.document((isOldFirst ? [old, new] : [new, old]) + [new]))
    #expect(report.records == RecordCounts(found: 3, new: 1, unchanged: 2) && table.problems == [])
    #expect(fixture.contents == ["04 Session One: new (123, 2)"])
    let same = try fixture.load(
      SinkFixture.document([SinkFixture.session("05", text: "a"), SinkFixture.session("05", text: "b")]))
    #expect(same.records == RecordCounts(found: 2, new: 1, rejected: 1))
  }

  @Test("gives way to other loads with a delay, for as long as its deadline lets it")
  func overtaken() throws {
    let fixture = try fixture()
    let before = fixture.time.now
    // Scan, then BatchGetItem and PutItem in turns.
    let refused = MemoryTable.Fault.refuses(400, "ConditionalCheckFailedException")
    table.fail(Dictionary(uniqueKeysWithValues: (1...30).map { (2 * $0, refused) }))
    #expect(try fixture.load(SinkFixture.document([SinkFixture.session("04")])).records.new == 1)
    #expect(fixture.time.now > before && fixture.contents.count == 1)
    table.restart()
    table.fail(Dictionary(uniqueKeysWithValues: (1...5_000).map { (2 * $0, refused) }))
    let error = #expect(throws: PipelineError.self) {
      try fixture.load(SinkFixture.document([SinkFixture.session("05")]), within: .seconds(20))
    }
    #expect(error?.name == .destinationUnavailable)
    #expect(error?.message.contains("2024-03-05 | Session One for as long as this call may take") == true)
  }
}
