import AWS
import Contracts
import Foundation
import JSON
import TestSupport
import Testing
import Time

@testable import JSONLinesSink

@Suite("Lines of groups in doubt, and their order")
struct RejectedLinesTests {
  private let bucket = MemoryLines()
  private var bench: Bench { Bench(bucket) }
  private let key = "weekly/2024-03-04__2024-03-08--program.json"
  private static let row = #"{"reason":"week: 'Friday – Saturday' is not clear","href":"7"}"#

  private func dates(_ key: String) -> [String] {
    (bucket.files[key] ?? "").split(separator: "\n").map { String($0.dropFirst(18).prefix(2)) }
  }

  @Test("The stored lines of days that may be rejected stay, until an edit without doubt lacks them")
  func kept() throws {
    try bench.load(TestSession.week(4...8))
    let edited = TestSession.week(4...6, text: "Row", edit: 2)
    let report = try bench.load(edited, rejected: Self.row)
    #expect(report.records == RecordCounts(found: 4, changed: 3, rejected: 1))
    #expect(
      report.remarks == [
        "json_lines s3://bucket/weekly/: 2 lines of post_id 7 that the document lacks are kept, since records of it were "
          + "rejected: 2024-03-07 Session One, 2024-03-08 Session One"
      ])
    #expect(bucket.files.keys.sorted() == [key] && dates(key) == ["04", "05", "06", "07", "08"])
    #expect(bucket.files[key]?.components(separatedBy: "Row").count == 4)
    // Again, and a late edition, write nothing.
    bucket.forget()
    #expect(try bench.load(edited, rejected: Self.row).records == RecordCounts(found: 4, unchanged: 3, rejected: 1))
    try bench.load(TestSession.week(4...8))
    #expect(bucket.writes == [])
    // A move keeps them, too, in the new file.
    try bench.load(TestSession.week(5...9, edit: 3), rejected: Self.row)
    let moved = "weekly/2024-03-04__2024-03-09--program.json"
    #expect(bucket.files.keys.sorted() == [moved] && dates(moved) == ["04", "05", "06", "07", "08", "09"])
    try bench.load(TestSession.week(5...9, edit: 4))
    #expect(bucket.files.keys.sorted() == ["weekly/2024-03-05__2024-03-09--program.json"])
  }

  @Test("A rejected row of another group keeps nothing, one without a key all, and one that is no line its group's")
  func whose() throws {
    for (edit, row) in [(2, #"{"reason":"7: x","href":"8"}"#), (4, #"{"reason":"x"}"#)] {
      try bench.load(TestSession.week(4...8, edit: edit - 1))
      try bench.load(TestSession.week(4...7, edit: edit), rejected: row)
      #expect(bucket.files.count == 1 && dates(key).count == (edit == 2 ? 0 : 5))
    }
    try bench.load(TestSession.week(4...8, edit: 5))
    let undated = TestSession(date: "Friday", modified: "2024-03-06T12:00:00Z")
    try bench.load(TestSession.week(4...7, edit: 6) + [undated])
    #expect(dates(key).count == 5)
  }

  @Test("A dry run says what stays")
  func dryRun() throws {
    try bench.load(TestSession.week(4...8))
    let undated = TestSession(date: "Friday", modified: "2024-03-02T12:00:00Z")
    let result = try bench.dryRun(TestSession.week(4...7, edit: 2) + [undated])
    #expect(result.differences.isEmpty && result.report.remarks.first?.contains("1 lines of post_id 7") == true)
    #expect(result.report.records == RecordCounts(found: 5, unchanged: 4, rejected: 1))
  }

  @Test("What is kept is that of the file as it is written over, wherever another load comes between")
  func race() throws {
    // The later edition without Friday and Saturday, in doubt, beside an earlier one that has removed Saturday.
    let (before, first) = (TestSession.week(4...9), TestSession.week(4...8, text: "Run", edit: 2))
    let second = TestSession.week(4...7, text: "Row", edit: 3)
    var number = 0
    while true {
      number += 1
      let bucket = MemoryLines()
      try Bench(bucket).load(before)
      let between = InterferingLines(bucket, before: number) { try Bench(bucket).load(first) }
      try Bench(bucket).load(second, rejected: Self.row, through: between)
      if between.calls < number { break }
      #expect(between.failure == nil)
      // The earlier edition was loaded before what is kept was read, or came too late.
      let text = bucket.files.values.joined()
      #expect(bucket.files.count == 1 && text.contains("Row") && text.contains("2024-03-08"), "call \(number)")
      #expect(text.contains("Run") != text.contains("2024-03-09"), "call \(number): \(text)")
    }
    #expect(number > 6)
  }

  @Test("A day's sessions are in the order of the post, in the file and for a reader of several")
  func order() throws {
    let bench = Bench(bucket, Bench.inPostOrder)
    let names = ["Friday (Session One)", "Friday (Session Two)", "Friday (Session Three)"]
    let sessions =
      [TestSession(date: "2024-03-08", name: "Saturday")] + names.map { TestSession(date: "2024-03-07", name: $0) }
    // A post that comes twice is there once.
    #expect(try bench.load(sessions + sessions).records == RecordCounts(found: 8, new: 4, unchanged: 4))
    let file = try #require(bucket.files["weekly/2024-03-07__2024-03-08--program.json"])
    let found = file.split(separator: "\n").map { String($0.split(separator: "\"")[7]) }
    #expect(found == names + ["Saturday"])
    // A session is known by its name, wherever it is now.
    var edited = sessions.reversed().map { TestSession(date: $0.date, name: $0.name, modified: "2024-03-02T12:00:00Z") }
    edited[0].text = "Row"
    #expect(try bench.load(edited).records == RecordCounts(found: 4, changed: 1, unchanged: 3))
    let records = try [("2024-03-08", "b"), ("2024-03-07", "z"), ("2024-03-07", "a")].map {
      try #require(JSONValue(parsing: #"{"date":"\#($0.0)","session":"\#($0.1)"}"#).object)
    }
    #expect(Bench.inPostOrder.inOrder(records).map { $0["session"]?.string } == ["z", "a", "b"])
  }

  @Test("A load that others overtake waits, and gives up at its deadline only")
  func overtaken() throws {
    let time = ManualTime(Date(timeIntervalSince1970: 1_795_834_800))
    for (refusals, isDone) in [(30, true), (1_000_000, false)] {
      let sink = JSONLinesSink(
        "wod", Bench.settings, objects: RefusingLines(MemoryLines(), times: refusals), time: time, random: FixedRandom()
      )
      let document = Bench.document(TestSession.week(4...8).map(\.json))
      let load = { try sink.load(document, for: bench.target(), deadline: Deadline(after: .seconds(100), on: time)) }
      if isDone {
        #expect(try load().records.new == 5)
        continue
      }
      let error = #expect(throws: PipelineError.self) { try load() }
      #expect(error?.name == .storageUnavailable)
      #expect(error?.message.contains("for as long as this call may take") == true)
    }
  }
}

/// Refuses the first writes, as if another load had been faster.
private final class RefusingLines: WrappedLines {
  private var left: Int

  init(_ base: any LineObjects, times: Int) {
    left = times
    super.init(base)
  }

  override func call<Value>(_ name: String, _ work: () -> Result<Value, AWSError>) -> Result<Value, AWSError> {
    guard name.hasPrefix("PUT"), left > 0 else { return work() }
    left -= 1
    return .failure(MemoryLines.error(.preconditionFailed, name))
  }
}
