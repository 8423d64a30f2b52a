import Foundation
import LambdaRuntime
import Contracts
import Settings
import EventRecords
import TestSupport
import Testing
import Time
import ConcertsSink

@testable import LoaderFunction

@Suite("Loader")
final class LoaderHandlerTests {
  /// The raw store.
  private var objects: [String: String] = [:]
  /// What was loaded, in order.
  private var loaded: [LoadDocument] = []
  private var log: [String] = []
  private var metrics = Metrics()
  private let time = ManualTime()

  private static let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_r1.json"
  private static let event = #"{"s3_key": "\#(key)", "date": "2024-05-31"}"#

  /// Runs the handler on an event as it comes over the wire, and returns its body.
  @discardableResult
  private func answer(_ event: String = event, loading: LoaderHandler.Loader? = nil) throws -> [String: Any] {
    let handler = LoaderHandler(
      reading: { [self] key, _ in
        guard let text = objects[key] else { throw PipelineError(.invalidInput, "s3_key names no object") }
        return Data(text.utf8)
      },
      loading: loading ?? { [self] document, _ in
        loaded.append(document)
        let count = document.entries.count
        return LoadReport(
          counts: LoadCounts(
            events: RecordCounts(found: count, new: count), venues: RecordCounts(found: 2, new: 1, unchanged: 1),
            artists: RecordCounts(found: 3, new: 3), genres: RecordCounts(found: 1, unchanged: 1), cancelled: 4),
          rejections: [])
      }, recording: { _, _, _, _ in nil }, time: time)
    let request = try JSONDecoder().decode(LoadRequest.self, from: Data(event.utf8))
    metrics = Metrics(time: time)
    let context = LambdaContext(
      requestID: "r", deadline: .none(on: time),
      log: Logger(environment: [:], time: time) { [self] line in log.append(line) }, metrics: metrics)
    let answer = try JSONEncoder().encode(try handler.handle(request, context))
    let object = try #require(try JSONSerialization.jsonObject(with: answer) as? [String: Any])
    #expect(object["statusCode"] as? Int == 200)
    return try #require(object["body"] as? [String: Any])
  }

  private func failure(_ event: String = event) -> PipelineError? {
    do {
      try answer(event)
      return nil
    } catch { return error as? PipelineError }
  }

  private static let record = """
    {"artist_data": {"name": "Kermit", "genres": ["Jazz"]}, "venue_data": {"name": "Blue Nile"},
     "event_data": {"event_date": "2024-05-31", "wwoz_event_href": "/events/1", "event_artist": "Kermit"},
     "performance_time": "2024-05-31T20:00:00-05:00", "scrape_time": "2024-05-31T03:00:00-05:00"}
    """

  private func document(_ records: String..., result: String = #"{"success": true, "source": "wwoz"}"#) -> String {
    #"{"ingestion_result": \#(result), "records": [\#(records.joined(separator: ", "))]}"#
  }

  @Test("A document is read, loaded, and answered for in system 000's shape and beyond")
  func success() throws {
    objects[Self.key] = document(Self.record, Self.record)
    let body = try answer()
    #expect(body["status"] as? String == "success")
    #expect(
      body["message"] as? String == "2 events of 2024-05-31: 2 new, 0 changed, 0 unchanged, 0 rejected, 4 cancelled")
    #expect(
      body["operation_summary"] as? [String: Int] == [
        "files_processed": 1, "artists_created": 3, "venues_created": 1, "genres_created": 0, "events_created": 2,
      ])
    let counts = try #require(body["counts"] as? [String: [String: Int]])
    #expect(counts["events"] == ["found": 2, "new": 2, "changed": 0, "unchanged": 0, "rejected": 0, "cancelled": 4])
    #expect(counts["venues"] == ["found": 2, "new": 1, "changed": 0, "unchanged": 1, "rejected": 0])
    #expect(Set(counts.keys) == ["events", "venues", "artists", "genres"])
    #expect((body["rejected"] as? [Any])?.isEmpty == true)
    #expect(body["s3_key"] as? String == Self.key)
    #expect(body["date"] as? String == "2024-05-31")
    #expect(loaded.count == 1)
    #expect(loaded[0].rawKey == Self.key)
    #expect(loaded[0].dataset == "wwoz")
    #expect(loaded[0].isWholeListing)
    #expect(metrics.values == ["Found": 2, "New": 2, "Cancelled": 4])
    try #require(log.count == 1)
    #expect(
      log[0].hasSuffix(
        " INFO 2024-05-31: 2 found, 2 new, 0 changed, 0 unchanged, 0 rejected, 4 cancelled; 0 ms key=\(Self.key)"))
  }

  @Test(
    "Key and date may stand in the scraper's answer",
    arguments: [
      #"{"extractorData": {"statusCode": 200, "body": {"s3_key": "k", "date": "2024-05-31", "run": "r7"}}}"#,
      #"{"extractorData": {"s3_key": "k", "date": "2024-05-31", "body": {"run": "r7"}}}"#,
      #"{"s3_key": "k", "date": "2024-05-31", "extractorData": {"body": {"s3_key": "x", "date": "x", "run": "r7"}}}"#,
    ])
  func extractorData(event: String) throws {
    objects["k"] = "[]"
    #expect(try answer(event)["event_count"] == nil)
    #expect(loaded.map(\.rawKey) == ["k"])
    #expect(loaded.map(\.date) == [try #require(CalendarDate("2024-05-31"))])
    #expect(loaded.map(\.run) == ["r7"])
  }

  @Test(
    "An event that does not name a document and its date is wrong input",
    arguments: [
      "{}", #"{"s3_key": "k"}"#, #"{"date": "2024-05-31"}"#, #"{"s3_key": "", "date": "2024-05-31"}"#,
      #"{"s3_key": "k", "date": "May 31"}"#, #"{"s3_key": "k\u0000", "date": "2024-05-31"}"#,
      #"{"s3_key": "nowhere", "date": "2024-05-31"}"#,
    ])
  func wrongInput(event: String) throws {
    objects["k"] = "[]"
    #expect(failure(event)?.name == .invalidInput)
    #expect(loaded.isEmpty)
  }

  @Test(
    "A document that is no JSON, or has no records, is corrupt",
    arguments: [
      "", "no JSON", "[1, 2", "12", #""text""#, "null", "{}", #"{"records": 5}"#, #"{"records": null}"#,
      #"{"ingestion_result": 5, "records": []}"#, #"{"ingestion_result": {"success": false}, "records": []}"#,
    ])
  func corrupt(text: String) {
    objects[Self.key] = text
    let error = failure()
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.contains(Self.key) == true)
    #expect(loaded.isEmpty)
  }

  @Test("System 000's bare list is read, with what it leaves out")
  func bareList() throws {
    objects[Self.key] = "[\(Self.record)]"
    try answer()
    guard case .record(let record) = try #require(loaded[0].entries.first) else { throw Unexpected() }
    #expect(record.origin == nil)
    #expect(record.artist.website == "")
    #expect(loaded[0].isWholeListing)
  }

  @Test("One bad record costs itself, with the reason, its address and its own text")
  func badRecords() throws {
    let number = Self.record.replacingOccurrences(of: #""Kermit", "genres""#, with: #"5, "genres""#)
    let missing = #"{"event_data": {"wwoz_event_href": "/events/3"}, "artist_data": {"name": "A"}}"#
    let lone = Self.record.replacingOccurrences(of: "Blue Nile", with: #"\ud83c"#)
    objects[Self.key] = document(Self.record, number, "null", missing, "17", Self.record, lone)
    try answer()
    let outcomes = loaded[0].entries.map { entry in
      switch entry {
      case .record(let record): "record \(record.event.href)"
      case .unreadable(let reason, let href): "\(reason) (\(href ?? "-"))"
      case .rejectedRow: "a row"
      }
    }
    #expect(
      outcomes == [
        "record /events/1", "artist_data.name is no text (/events/1)", "the record is null (-)",
        "venue_data is missing (/events/3)", "the record is no object or list (-)", "record /events/1",
        "a text or a number in it is malformed (/events/1)",
      ])
    #expect(loaded[0].rawRecords([1, 3]) == [1: number, 3: missing])
  }

  @Test("A listing of which rows were lost before is not whole")
  func partOfListing() throws {
    objects[Self.key] = document(Self.record, result: #"{"success": true, "records_failed": 1}"#)
    try answer()
    #expect(loaded.map(\.isWholeListing) == [false])
  }

  @Test("Rows that the scraper rejected come behind the records, with their own text, and are not lost")
  func rejectedRows() throws {
    let rows = [
      #"{"reason": "no act", "href": "/events/7", "text": "at 8"}"#, #"{"reason": "no link", "href": ""}"#,
      #"{"reason": "a\u0000"}"#, "5",
    ]
    objects[Self.key] = """
      {"records": [\(Self.record)], "rejected": [\(rows.joined(separator: ", "))],
       "ingestion_result": {"records_failed": 4}}
      """
    try answer()
    let outcomes = loaded[0].entries.dropFirst().map { entry in
      if case .rejectedRow(let reason, let href) = entry { "\(reason) (\(href ?? "-"))" } else { "" }
    }
    #expect(
      outcomes == ["no act (/events/7)", "no link ()", "a\u{fffd} (-)", "no reason is given (-)"])
    #expect(loaded[0].isWholeListing)
    #expect(
      loaded[0].rawRecords([0, 1, 2, 4])
        == [0: Self.record, 1: rows[0], 2: rows[1], 4: rows[3]])
  }

  @Test("What is rejected is named, the first hundred, and makes the load partial")
  func rejected() throws {
    objects[Self.key] = document(Self.record)
    let body = try answer { _, _ in
      LoadReport(
        counts: LoadCounts(events: RecordCounts(found: 150, rejected: 150)),
        rejections: (0..<150).map { Rejection(position: $0, reason: .noArtistName, href: $0 == 0 ? "/events/1" : nil) })
    }
    #expect(body["status"] as? String == "partial")
    let rejected = try #require(body["rejected"] as? [[String: Any]])
    #expect(rejected.count == 100)
    #expect(rejected[0]["position"] as? Int == 0)
    #expect(rejected[0]["reason"] as? String == "no artist name")
    #expect(rejected[0]["href"] as? String == "/events/1")
    #expect(log.contains { $0.contains("record rejected: no artist name") })
  }

  @Test(
    "A date that is not the one in the key is wrong input",
    arguments: [
      "raw/wwoz/events/year=2024/month=05/day=30/events_2024-05-31_r1.json",
      "raw/wwoz/events/year=2024/month=06/day=31/events_2024-05-31_r1.json",
      "raw/wwoz/events/year=2023/month=05/day=31/events_2024-05-31_r1.json",
      "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-30_r1.json", "events_2024-05-30.json",
    ])
  func dateOfKey(key: String) {
    objects[key] = document(Self.record)
    #expect(failure(#"{"s3_key": "\#(key)", "date": "2024-05-31"}"#)?.name == .invalidInput)
    #expect(loaded.isEmpty)
  }

  @Test("Only the event lets a listing cancel most of a day")
  func allowShrink() throws {
    objects["k"] = "[]"
    for field in ["", #", "allow_shrink": false"#, #", "allow_shrink": true"#] {
      try answer(#"{"s3_key": "k", "date": "2024-05-31"\#(field)}"#)
    }
    #expect(loaded.map(\.allowsShrinkage) == [false, false, true])
  }

  @Test("A run's name may look like a date")
  func dateAsRun() throws {
    let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_2024-06-01_day=1.json"
    objects[key] = document(Self.record)
    try answer(#"{"s3_key": "\#(key)", "date": "2024-05-31"}"#)
    #expect(loaded.count == 1)
  }

  @Test("A date that is none of the document's is wrong input; one of several is enough")
  func dateOfDocument() throws {
    let other = Self.record.replacingOccurrences(
      of: #""event_date": "2024-05-31""#, with: #""event_date": "2024-06-01""#)
    objects["k"] = document(other, other)
    let event = #"{"s3_key": "k", "date": "2024-05-31"}"#
    #expect(failure(event)?.message == "date is 2024-05-31, but the records of k are of 2024-06-01")
    #expect(loaded.isEmpty)
    objects["k"] = document(other, Self.record)
    try answer(event)
    #expect(loaded.count == 1)
  }

  @Test("A document is as old as it says, else as its latest record, and one that came too late is told")
  func listedAt() throws {
    let later = Self.record.replacingOccurrences(of: "T03:00", with: "T04:00")
    objects[Self.key] = document(later, Self.record)
    try answer()
    objects[Self.key] = document(Self.record, result: #"{"timestamp": "2024-05-31T05:00:00-05:00"}"#)
    try answer()
    objects[Self.key] = "[]"
    try answer()
    #expect(
      loaded.map { $0.listedAt.map { RFC3339.utc($0) } } == [
        "2024-05-31T09:00:00.000Z", "2024-05-31T10:00:00.000Z", nil,
      ])
    let body = try answer { _, _ in
      LoadReport(counts: LoadCounts(), rejections: [], isSuperseded: true)
    }
    #expect(body["status"] as? String == "superseded")
  }

  @Test("A listing or a page that was read in the future would supersede all others, and is refused")
  func futureListing() throws {
    // The clock stands at 2024-05-31T19:00:00Z.
    objects[Self.key] = document(Self.record, result: #"{"timestamp": "2024-05-31T20:00:00Z"}"#)
    try answer()
    for timestamp in ["2024-05-31T20:00:01Z", "2999-01-01T00:00:00Z"] {
      objects[Self.key] = document(Self.record, result: #"{"timestamp": "\#(timestamp)"}"#)
      #expect(failure()?.name == .storageCorrupt)
    }
    objects[Self.key] = document(Self.record.replacing("2024-05-31T03:00", with: "2999-05-31T03:00"))
    #expect(
      failure()?.message
        == "\(Self.key) says that a page of it was read at 2999-05-31T08:00:00.000Z, which is still to come")
    let origin = #""origin": {"dataset": "wwoz", "listing_url": "", "failed_pages": [], "page_times": {"event": ""#
    for (page, isLate) in [("2024-05-31T20:00:00.000Z", false), ("2024-05-31T20:00:00.001Z", true)] {
      objects[Self.key] = document(Self.record.dropLast() + #", \#(origin)\#(page)"}}}"#)
      #expect((failure()?.name == .storageCorrupt) == isLate)
    }
    #expect(loaded.count == 2)
  }

  @Test("A failure to load is the answer's")
  func failedLoad() {
    objects[Self.key] = document(Self.record)
    let error = #expect(throws: PipelineError.self) {
      try answer { _, _ in throw PipelineError(.databaseUnavailable, "gone") }
    }
    #expect(error?.name == .databaseUnavailable)
  }

  private struct Unexpected: Error {}
}
