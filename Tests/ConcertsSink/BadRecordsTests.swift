import Contracts
import Foundation
import Postgres
import TestSupport
import Testing
import Time

@testable import ConcertsSink
@testable import Ledger

extension ConcertsSinkTests {
  @Suite("A document with bad records")
  final class BadRecordsTests: SinkSuite {
    @Test("loads the good ones, and quarantines the bad ones verbatim (F44)")
    func badRecords() throws {
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
      let target = LoadTarget(dataset: dataset, item: WorkItem(date: testDate), key: "raw/1.json")
      let report = try sink.load(Data(text.utf8), for: target, deadline: within())
      #expect(report.events == RecordCounts(found: 12, new: 1, rejected: 11))
      #expect(report.rejections.map(\.position) == Array(1...11))

      let rows = try connection.query(
        """
        select case jsonb_typeof(record) when 'string' then record #>> '{}' else record::text end as record
        from rejected_records order by position
        """,
        deadline: within())
      #expect(rows.count == 11)
      for (row, record) in zip(rows, bad) {
        let kept: String = try row["record"]
        // jsonb has its own order of an object's members, and its own white space.
        let isSame =
          kept == record || (try? normalised(kept)) == (try? normalised(record)) || "\"\(kept)\"" == record
        #expect(isSame, "\(kept) for \(record)")
      }
    }

    private func normalised(_ json: String) throws -> NSObject? {
      try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed) as? NSObject
    }
  }
}
