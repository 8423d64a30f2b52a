import Contracts
import Definitions
import Foundation
import TestSupport
import Time

@testable import JSONLinesSink

/// A session of a post.
struct TestSession {
  var post = 7
  var date: String
  var name = "Session One"
  var text = "Squat"
  var modified = "2024-03-01T12:00:00Z"

  var json: String {
    """
    {"kind": "session", "date": "\(date)", "session": "\(name)", "warm_up": "", "segment_a": "\(text)", "post_id": \(post), \
    "modified": "\(modified)"}
    """
  }

  /// A post with a session on each of some days.
  static func week(
    _ days: ClosedRange<Int>, of post: Int = 7, month: String = "2024-03", text: String = "Squat", edit: Int = 1
  ) -> [TestSession] {
    days.map { day in
      TestSession(
        post: post, date: "\(month)-\(day < 10 ? "0" : "")\(day)", text: text, modified: "2024-03-0\(edit)T12:00:00Z")
    }
  }
}

/// The dataset of the tests over some objects.
struct Bench {
  let objects: any LineObjects

  static let settings = LinesSettings(
    Section(
      plugin: "json_lines",
      values: [
        ("bucket", .scalar("bucket")), ("key", .scalar("weekly/{min}__{max}--program.json")),
        ("group", .scalar("post_id")), ("order", .scalar("modified")),
        ("sort", .list([.scalar("date"), .scalar("session")])),
        ("fields", .list(["date", "session", "warm_up", "segment_a", "segment_f"].map { .scalar($0) })),
      ]))

  /// As the dataset of workouts has them: a day's sessions are in the order of the post.
  static let inPostOrder = LinesSettings(
    Section(
      plugin: "json_lines",
      values: [
        ("bucket", .scalar("bucket")), ("key", .scalar("weekly/{min}__{max}--program.json")),
        ("group", .scalar("post_id")), ("order", .scalar("modified")), ("names", .list([.scalar("session")])),
        ("fields", .list(["date", "session", "segment_a"].map { .scalar($0) })),
      ]))

  let settings: LinesSettings

  init(_ objects: any LineObjects, _ settings: LinesSettings = Self.settings) {
    self.objects = objects
    self.settings = settings
  }

  private static let now = Date(timeIntervalSince1970: 1_795_834_800)
  var deadline: Deadline { Deadline(after: .seconds(60), on: SystemTime()) }

  func target() throws -> LoadTarget {
    LoadTarget(
      dataset: Dataset(id: "wod", dataType: "sessions", timeZone: "UTC", extractor: "http", sinks: ["json_lines"]),
      item: try WorkItem(id: "all"), key: "raw/wod/sessions/all_r.json", run: "r")
  }

  /// Another process's sink.
  func sink(_ objects: (any LineObjects)? = nil) -> JSONLinesSink {
    JSONLinesSink("wod", settings, objects: objects ?? self.objects, time: ManualTime(Self.now))
  }

  @discardableResult
  func load(
    _ sessions: [TestSession], rejected: String = "", through objects: (any LineObjects)? = nil
  ) throws -> LoadReport {
    let document = Self.document(sessions.map(\.json), rejected: rejected)
    let report = try sink(objects).load(document, for: target(), deadline: deadline)
    try report.records.check("sessions")
    return report
  }

  func dryRun(_ sessions: [TestSession]) throws -> DryRun {
    try sink().dryRun(Self.document(sessions.map(\.json)), for: target(), deadline: deadline)
  }

  static func document(_ records: [String], rejected: String = "") -> Data {
    Data(
      """
      {"ingestion_result": {"success": true, "source": "wod", "timestamp": "\(RFC3339.utc(now))", "complete": true},
       "records": [\(records.joined(separator: ","))], "rejected": [\(rejected)]}
      """.utf8)
  }
}
