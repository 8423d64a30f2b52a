import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import JSONLinesSink

@Suite("Files of JSON Lines")
struct LoadTests {
  private let bucket = MemoryLines()
  private var bench: Bench { Bench(bucket) }
  private let key = "weekly/2024-03-04__2024-03-08--program.json"
  private let index = "index/weekly/wod/7.json"

  @Test("The bytes of a file: the fields in order, UTF-8 as it is, no newline at the end (F53)")
  func golden() throws {
    let records = [
      #"{"date": "2024-03-05", "session": "Tuesday", "segment_a": "5 × “rows” / 2\nmin", "post_id": "7", "modified": "m"}"#,
      #"{"date": "2024-03-04", "session": "B", "warm_up": "Füße 💪", "segment_a": "", "post_id": "7", "modified": "m", "x": 1}"#,
      #"{"date": "2024-03-04", "session": "A", "warm_up": "a", "segment_a": "b", "segment_f": 2.50, "post_id": "7", "modified": "m"}"#,
    ]
    let report = try bench.sink().load(Bench.document(records), for: bench.target(), deadline: bench.deadline)
    #expect(report.records == RecordCounts(found: 3, new: 3))
    #expect(
      bucket.files == [
        "weekly/2024-03-04__2024-03-05--program.json": """
        {"date": "2024-03-04", "session": "A", "warm_up": "a", "segment_a": "b", "segment_f": 2.50}
        {"date": "2024-03-04", "session": "B", "warm_up": "Füße 💪", "segment_a": "", "segment_f": null}
        {"date": "2024-03-05", "session": "Tuesday", "warm_up": null, "segment_a": "5 × “rows” / 2\\nmin", "segment_f": null}
        """
      ])
    #expect(
      bucket.texts[index] == #"{"key":"weekly/2024-03-04__2024-03-05--program.json","order":"m"}"#)
    #expect(bucket.all["weekly/2024-03-04__2024-03-05--program.json"]?.metadata == ["dataset": "wod", "group": "7"])
  }

  @Test("The second load of a document writes nothing")
  func twice() throws {
    try bench.load(TestSession.week(4...8))
    bucket.forget()
    #expect(try bench.load(TestSession.week(4...8)).records == RecordCounts(found: 5, unchanged: 5))
    #expect(bucket.writes == [])
  }

  @Test("An edit writes the index and the file; an edit that changes no session writes the index alone")
  func edit() throws {
    try bench.load(TestSession.week(4...8))
    bucket.forget()
    #expect(try bench.load(TestSession.week(4...8, edit: 2)).records == RecordCounts(found: 5, unchanged: 5))
    #expect(bucket.writes == ["PUT \(index)"])
    bucket.forget()
    var sessions = TestSession.week(4...8, edit: 3)
    sessions[2].text = "Row"
    #expect(try bench.load(sessions).records == RecordCounts(found: 5, changed: 1, unchanged: 4))
    #expect(bucket.writes == ["PUT \(index)", "PUT \(key)"])
    let line = #""date": "2024-03-06", "session": "Session One", "warm_up": "", "segment_a": "Row""#
    #expect(bucket.files[key]?.contains(line) == true)
  }

  @Test("When the dates move, the new file is written before the old one is deleted")
  func move() throws {
    try bench.load(TestSession.week(4...8))
    bucket.forget()
    #expect(try bench.load(TestSession.week(4...7, edit: 2)).records == RecordCounts(found: 4, unchanged: 4))
    let next = "weekly/2024-03-04__2024-03-07--program.json"
    #expect(bucket.writes == ["PUT \(index)", "PUT \(next)", "DELETE \(key)"])
    #expect(bucket.files.keys.sorted() == [next])
  }

  @Test("A file of another program is replaced when it is the group's, and is never deleted")
  func foreign() throws {
    let other = StoredLine(body: Data("{}".utf8))
    try bench.load(TestSession.week(4...8))
    // Another program has written the file since.
    bucket.objects.change { $0[key] = other }
    try bench.load(TestSession.week(5...9, edit: 2))
    #expect(bucket.all[key] == other)
    #expect(bucket.files.count == 2)
    try bench.load(TestSession.week(4...8, edit: 3))
    #expect(bucket.files.keys.sorted() == [key])
    #expect(bucket.files[key]?.contains("Squat") == true)
  }

  @Test("Of two groups with the same dates the later one has the file, in whatever order they are loaded")
  func sameDates() throws {
    let (old, new) = (TestSession.week(4...8), TestSession.week(4...8, of: 8, text: "Row", edit: 2))
    for documents in [[old, new], [new, old], [old + new], [new + old]] {
      let bucket = MemoryLines()
      for sessions in documents { try Bench(bucket).load(sessions) }
      #expect(bucket.files[key]?.contains("Row") == true)
      let report = try Bench(bucket).load(old)
      #expect(report.records == RecordCounts(found: 5, rejected: 5))
      #expect(report.remarks.first?.contains("post_id 7 has the same dates as 8") == true)
      #expect(report.rejections.map(\.position) == [0, 1, 2, 3, 4] && report.rejected.count == 5)
      #expect(report.rejections.first?.reason.hasSuffix("its lines are in no file") == true)
      #expect(report.rejections.first?.key == "7")
      bucket.forget()
      try Bench(bucket).load(old + new)
      #expect(bucket.writes == [])
    }
  }

  @Test("A group whose dates another one has claims nothing, and keeps the file that it has")
  func noClaim() throws {
    try bench.load(TestSession.week(4...8, of: 8, text: "Row", edit: 2))
    try bench.load(TestSession.week(4...8))
    #expect(bucket.all[index] == nil)
    try bench.load(TestSession.week(11...15))
    let before = bucket.all
    try bench.load(
      TestSession.week(4...8, edit: 2).map { TestSession(post: 7, date: $0.date, modified: "2024-03-01T13:00:00Z") })
    #expect(bucket.all == before)
    // The other one leaves: nothing hinders the group now.
    try bench.load(TestSession.week(18...22, of: 8, edit: 3))
    try bench.load(TestSession.week(4...8, edit: 4))
    #expect(bucket.files.keys.sorted() == [key, "weekly/2024-03-18__2024-03-22--program.json"])
  }

  @Test("A group gets the dates that another one leaves with the same document")
  func left() throws {
    try bench.load(TestSession.week(4...8, of: 8, edit: 3))
    try bench.load(TestSession.week(11...15, of: 8, edit: 4) + TestSession.week(4...8, text: "Row", edit: 2))
    #expect(bucket.files.keys.sorted() == [key, "weekly/2024-03-11__2024-03-15--program.json"])
    #expect(bucket.files[key]?.contains("Row") == true)
  }

  @Test("An earlier version, and one in the same document, replaces no later one")
  func order() throws {
    try bench.load(TestSession.week(4...8, text: "Row", edit: 2) + TestSession.week(4...7))
    #expect(bucket.files[key]?.contains("Squat") == false)
    bucket.forget()
    #expect(try bench.load(TestSession.week(5...9)).records == RecordCounts(found: 5, unchanged: 5))
    #expect(bucket.writes == [])
  }

  @Test("A dry run says what would change, and changes nothing")
  func dryRun() throws {
    #expect(try bench.dryRun(TestSession.week(4...5)).differences.map(\.change) == [.added, .added])
    try bench.load(TestSession.week(4...8))
    bucket.forget()
    var sessions = TestSession.week(5...9, edit: 2)
    sessions[0].text = "Row"
    let result = try bench.dryRun(sessions)
    #expect(result.report.records == RecordCounts(found: 5, new: 1, changed: 1, unchanged: 3))
    let next = "weekly/2024-03-05__2024-03-09--program.json"
    #expect(
      result.differences == [
        .init(
          .changed, label: "\(next): 2024-03-05 Session One",
          fields: [.init(name: "segment_a", before: "Squat", after: "Row")]),
        .init(.added, label: "\(next): 2024-03-09 Session One"),
        .init(.removed, label: "\(key): 2024-03-04 Session One"),
      ])
    #expect(bucket.writes == [])
  }

  @Test("A record without a date, a group or a version is rejected by name, and the others are loaded")
  func rejected() throws {
    let records = [
      TestSession(date: "6 March").json, #"{"date": "2024-03-05", "session": "s", "modified": "m"}"#,
      #"{"date": "2024-03-05", "session": "s", "post_id": 9}"#, "7", TestSession(date: "2024-03-06").json,
    ]
    let report = try bench.sink().load(Bench.document(records), for: bench.target(), deadline: bench.deadline)
    #expect(report.records == RecordCounts(found: 5, new: 1, rejected: 4))
    #expect(
      report.rejections.map(\.reason) == [
        "its date must be a date such as 2024-05-31, by which its file is named: it is \"6 March\"",
        "its post_id must be a text or a number of at most 200 bytes, by which its file is known",
        "it has no modified, which orders the versions of its file", "it is no JSON object",
      ])
    #expect(report.rejections.map(\.key) == ["7", nil, "9", nil])
    #expect(report.rejected.keys.sorted() == [0, 1, 2, 3])
    #expect(bucket.files.count == 1)
  }

  @Test("A damaged index is StorageCorrupt, with what to do, and nothing is changed")
  func damaged() throws {
    try bench.load(TestSession.week(4...8))
    bucket.objects.change { $0[index] = StoredLine(body: Data("?".utf8)) }
    bucket.forget()
    let error = #expect(throws: PipelineError.self) { try bench.load(TestSession.week(4...8, edit: 2)) }
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.hasPrefix("s3://bucket/\(index) does not say where") == true)
    #expect(bucket.writes == [])
  }

  @Test("More groups than are loaded at once")
  func many() throws {
    let sessions = (0..<70).flatMap { TestSession.week(4...5, of: $0, month: "20\(10 + $0)-03") }
    #expect(try bench.load(sessions).records == RecordCounts(found: 140, new: 140))
    #expect(bucket.files.count == 70)
    bucket.forget()
    #expect(try bench.load(sessions).records.unchanged == 140)
    #expect(bucket.writes == [])
  }
}
