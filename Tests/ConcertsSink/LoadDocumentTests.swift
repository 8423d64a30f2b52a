import Contracts
import EventRecords
import Foundation
import Testing
import Time

@testable import ConcertsSink

@Suite("Decoding an extract document")
struct LoadDocumentTests {
  private static let key = "raw/wwoz/events/year=2024/month=05/day=31/events_2024-05-31_r1.json"
  private static let record = """
    {"artist_data": {"name": "Kermit", "genres": ["Jazz"]}, "venue_data": {"name": "Blue Nile"},
     "event_data": {"event_date": "2024-05-31", "wwoz_event_href": "/events/1", "event_artist": "Kermit"},
     "performance_time": "2024-05-31T20:00:00-05:00", "scrape_time": "2024-05-31T03:00:00-05:00"}
    """
  /// The latest time at which a page can have been read.
  private static let latest = RFC3339.parse("2024-05-31T20:00:00Z")?.date ?? .distantPast

  private func decode(_ text: String, item: WorkItem = WorkItem(date: ConcertsSinkTests.testDate)) throws
    -> LoadDocument
  {
    let target = LoadTarget(dataset: ConcertsSinkTests.dataset, item: item, key: Self.key)
    return try LoadDocument(Data(text.utf8), for: target, latest: Self.latest)
  }

  private func failure(_ text: String) -> PipelineError? {
    do {
      _ = try decode(text)
      return nil
    } catch { return error as? PipelineError }
  }

  private func document(_ records: String..., result: String = #"{"success": true, "source": "wwoz"}"#) -> String {
    #"{"ingestion_result": \#(result), "records": [\#(records.joined(separator: ", "))]}"#
  }

  @Test("The document's source wins over the dataset's")
  func source() throws {
    #expect(try decode(document(Self.record, result: #"{"source": "other"}"#)).source == "other")
    #expect(try decode(document(Self.record, result: #"{"source": ""}"#)).source == "wwoz")
    #expect(try decode("[\(Self.record)]").source == "wwoz")
  }

  @Test(
    "A document that is not JSON, has no records, or is of a failed scrape is corrupt",
    arguments: [
      "", "no JSON", "[1, 2", "12", #""text""#, "null", "{}", #"{"records": 5}"#, #"{"records": null}"#,
      #"{"ingestion_result": 5, "records": []}"#, #"{"ingestion_result": {"success": false}, "records": []}"#,
    ])
  func corrupt(text: String) {
    let error = failure(text)
    #expect(error?.name == .storageCorrupt)
    #expect(error?.message.contains(Self.key) == true)
  }

  @Test("The legacy system's bare list is read, with defaults for the fields that it lacks")
  func bareList() throws {
    let document = try decode("[\(Self.record)]")
    guard case .record(let record) = try #require(document.entries.first) else {
      Issue.record("not a record")
      return
    }
    #expect(record.origin == nil)
    #expect(record.artist.website == "")
    #expect(document.isWholeListing)
  }

  @Test("A bad record affects no other, and keeps its reason, its address and its own text")
  func badRecords() throws {
    let number = Self.record.replacingOccurrences(of: #""Kermit", "genres""#, with: #"5, "genres""#)
    let missing = #"{"event_data": {"wwoz_event_href": "/events/3"}, "artist_data": {"name": "A"}}"#
    let lone = Self.record.replacingOccurrences(of: "Blue Nile", with: #"\ud83c"#)
    let document = try decode(document(Self.record, number, "null", missing, "17", Self.record, lone))
    let outcomes = document.entries.map { entry in
      switch entry {
      case .record(let record): "record \(record.event.href)"
      case .unreadable(let reason, let href): "\(reason) (\(href ?? "-"))"
      case .rejectedRow: "a row"
      }
    }
    #expect(
      outcomes == [
        "record /events/1", "'artist_data.name' must be a string (/events/1)",
        "the record must be a JSON object and is null (-)",
        "'venue_data' is missing (/events/3)", "the record must be a JSON object (-)", "record /events/1",
        "a text or a number in it is malformed (/events/1)",
      ])
    #expect(document.rawRecords([1, 3]) == [1: number, 3: missing])
  }

  @Test("A listing of which rows were lost is not whole")
  func partOfListing() throws {
    let lost = document(Self.record, result: #"{"success": true, "records_failed": 1}"#)
    #expect(try !decode(lost).isWholeListing)
  }

  @Test("Rows that the scraper rejected follow the records, with their own text, and are not lost")
  func rejectedRows() throws {
    let rows = [
      #"{"reason": "no artist", "href": "/events/7", "text": "at 8"}"#, #"{"reason": "no link", "href": ""}"#,
      #"{"reason": "a\u0000"}"#, "5",
    ]
    let document = try decode(
      """
      {"records": [\(Self.record)], "rejected": [\(rows.joined(separator: ", "))],
       "ingestion_result": {"records_failed": 4}}
      """)
    let outcomes = document.entries.dropFirst().map { entry in
      if case .rejectedRow(let reason, let href) = entry { "\(reason) (\(href ?? "-"))" } else { "" }
    }
    #expect(outcomes == ["no artist (/events/7)", "no link ()", "a\u{fffd} (-)", "no reason is given (-)"])
    #expect(document.isWholeListing)
    #expect(document.rawRecords([0, 1, 2, 4]) == [0: Self.record, 1: rows[0], 2: rows[1], 4: rows[3]])
  }

  @Test("An item without a date, or with another than all records, is wrong input; one of several dates is enough")
  func dateOfDocument() throws {
    let other = Self.record.replacingOccurrences(
      of: #""event_date": "2024-05-31""#, with: #""event_date": "2024-06-01""#)
    let error = failure(document(other, other))
    #expect(error?.name == .invalidInput)
    #expect(error?.message == "date is 2024-05-31, but the records of \(Self.key) are of 2024-06-01")
    #expect(try decode(document(other, Self.record)).entries.count == 2)
    let undated = #expect(throws: PipelineError.self) { try decode("[]", item: WorkItem(id: "page-1")) }
    #expect(undated?.name == .invalidInput)
  }

  @Test("A document is as old as it says, or else as its latest record")
  func listedAt() throws {
    func listedAt(_ text: String) throws -> String? { try decode(text).listedAt.map { RFC3339.utc($0) } }
    let later = Self.record.replacingOccurrences(of: "T03:00", with: "T04:00")
    #expect(try listedAt(document(later, Self.record)) == "2024-05-31T09:00:00.000Z")
    let timed = document(Self.record, result: #"{"timestamp": "2024-05-31T05:00:00-05:00"}"#)
    #expect(try listedAt(timed) == "2024-05-31T10:00:00.000Z")
    #expect(try listedAt("[]") == nil)
  }

  @Test("A listing or a page that was read in the future would supersede all others, and is refused")
  func futureListing() throws {
    #expect(failure(document(Self.record, result: #"{"timestamp": "2024-05-31T20:00:00Z"}"#)) == nil)
    for timestamp in ["2024-05-31T20:00:01Z", "2999-01-01T00:00:00Z"] {
      let late = document(Self.record, result: #"{"timestamp": "\#(timestamp)"}"#)
      #expect(failure(late)?.name == .storageCorrupt)
    }
    #expect(
      failure(document(Self.record.replacing("2024-05-31T03:00", with: "2999-05-31T03:00")))?.message
        == "\(Self.key) says that a page of it was read at 2999-05-31T08:00:00.000Z, which is in the future")
    let origin = #""origin": {"dataset": "wwoz", "listing_url": "", "failed_pages": [], "page_times": {"event": ""#
    for (page, isLate) in [("2024-05-31T20:00:00.000Z", false), ("2024-05-31T20:00:00.001Z", true)] {
      let text = document(Self.record.dropLast() + #", \#(origin)\#(page)"}}}"#)
      #expect((failure(text)?.name == .storageCorrupt) == isLate)
    }
  }

  @Test("A NUL is found in any encoding and escape, and a document without one skips the check")
  func nul() throws {
    #expect(try !decode(document(Self.record)).mayHaveNUL)
    #expect(try !decode(document(Self.record.replacing("Kermit", with: #"Kermit \u00e9 \n \\"#))).mayHaveNUL)
    let escaped = document(Self.record.replacing("Kermit", with: #"Ker\u0000mit"#))
    #expect(try decode(escaped).mayHaveNUL)
    let target = LoadTarget(
      dataset: ConcertsSinkTests.dataset, item: WorkItem(date: ConcertsSinkTests.testDate), key: Self.key)
    for encoding in [String.Encoding.utf8, .utf16LittleEndian, .utf32BigEndian] {
      let data = try #require(escaped.data(using: encoding))
      let parsed = ParsedDocument(
        try LoadDocument(data, for: target, latest: Self.latest), zone: try ConcertsSinkTests.chicago.get())
      #expect(parsed.rejections.map(\.reason) == [.hasNUL])
    }
  }
}
