import Foundation
import LambdaRuntime
import Contracts
import Settings
import EventRecords
import Postgres
import TestSupport
import Testing
import Time
import ConcertsSink

@testable import LoaderFunction

@Suite("Loader with a database", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
final class LoaderDatabaseTests {
  private let database: TestDatabase
  private let deadline = Deadline(after: .seconds(30), on: SystemTime())

  init() throws { database = try TestDatabase() }

  @Test("Whatever a record holds that cannot be loaded, the others are, and it is kept as it was")
  func poison() throws {
    let good = """
      {"artist_data": {"name": "Kermit"}, "venue_data": {"name": "Blue Nile", "wwoz_venue_href": "/organizations/1"},
       "event_data": {"event_date": "2024-05-31", "wwoz_event_href": "/events/1"}, "scrape_time": ""}
      """
    let other = good.replacingOccurrences(of: "/events/1", with: "/events/2")
    let bad = [
      other.replacingOccurrences(of: "Kermit", with: #"Ker\u0000mit"#),
      other.replacingOccurrences(of: "Kermit", with: #"Ker\ud83cmit"#),
      #"{"a": 1e999999, "b": [[[]]], "c": "\u0000"}"#,
      other.replacingOccurrences(of: "Blue Nile", with: " "),
      #""\udfba""#, "null", "[]", "1", other.replacingOccurrences(of: "Kermit", with: "Ker\n\t\u{1}mit"),
      other.replacingOccurrences(of: "scrape_time\": \"\"", with: "scrape_time\": 1e999999"),
      other.replacingOccurrences(of: "Kermit", with: String(repeating: "x", count: 5000)),
    ]
    let text = "[\(([good] + bad).joined(separator: ","))]"
    let database = try ConcertsDatabase(url: database.url, zone: Dataset.wwoz.timeZoneRules())
    let handler = LoaderHandler(
      reading: { _, _ in Data(text.utf8) }, loading: { try database.load($0, deadline: $1) },
      recording: { try database.record($0, ofRun: $1, dataset: $2, deadline: $3) })
    let request = try JSONDecoder().decode(
      LoadRequest.self, from: Data(#"{"s3_key": "raw/1.json", "date": "2024-05-31"}"#.utf8))
    let context = LambdaContext(
      requestID: "r", deadline: deadline, log: Logger(environment: [:], time: ManualTime()) { _ in })
    let body = try handler.handle(request, context).body
    #expect(body.status == "partial")
    #expect(body.counts.events == RecordCounts(found: 12, new: 1, rejected: 11))
    #expect(body.rejected.map(\.position) == Array(1...11))

    let rows = try database.connect().query(
      """
      select case jsonb_typeof(record) when 'string' then record #>> '{}' else record::text end as record
      from rejected_records order by position
      """,
      deadline: deadline)
    #expect(rows.count == 11)
    for (row, record) in zip(rows, bad) {
      let kept: String = try row["record"]
      // An object that jsonb took has its own order of members and white space.
      let isSame =
        kept == record || (try? normalised(kept)) == (try? normalised(record)) || "\"\(kept)\"" == record
      #expect(isSame, "\(kept) for \(record)")
    }
  }

  private func normalised(_ json: String) throws -> NSObject? {
    try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed) as? NSObject
  }
}
