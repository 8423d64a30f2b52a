import Contracts
import Foundation
import Testing

extension StateMachineTests {
  /// Items that are incomplete as a whole, by the `notice` of their scraper or loader.
  @Suite("Notices") struct NoticeTests {
    private static let counts =
      #"{"found":10,"new":4,"changed":3,"unchanged":3,"rejected":0,"cancelled":5}"#

    private func body(_ fields: String, _ notice: String?) -> FakeFunctions.Behaviour {
      .responds(#"{"statusCode":200,"headers":{},"body":{\#(fields)\#(notice.map { #","notice":\#($0)"# } ?? "")}}"#)
    }

    /// Runs the definition with notices, as JSON, by item.
    private func run(
      _ dates: [String], scraped: [String: String] = [:], loaded: [String: String] = [:], refreshFails: Bool = false
    ) throws -> FinishedRun {
      try FinishedRun.run(dates) { call in
        switch call.task {
        case .scrape:
          body(#""s3_key":"raw/\#(call.item).json","pages":{"read":9,"failed":1}"#, scraped[call.item])
        case .load: body(#""status":"success","records":\#(Self.counts)"#, loaded[call.item])
        case .refresh where refreshFails: .fails("CacheUnavailable", "away")
        default: .succeeds
        }
      }
    }

    private func notice(_ run: FinishedRun, _ item: String) throws -> Any? {
      let output = try jsonObject(try #require(run.items[item]?.output))
      try #require(output.keys.contains("notice"))
      return output["notice"] is NSNull ? nil : output["notice"]
    }

    private func cause(_ run: FinishedRun) throws -> String? {
      struct Payload: Decodable { let ledger: LedgerRequest }
      for call in run.functions.invocations(of: .ledger) {
        let event = try JSONDecoder().decode(Payload.self, from: call.payload).ledger.event
        if case .closed(let closing) = event, case .finished(_, let cause) = closing.outcome { return cause }
      }
      return nil
    }

    @Test("of scraper and loader are joined in the item's result, and make the run partial")
    func joined() throws {
      let dates = FinishedRun.dates(5)
      let run = try run(
        dates, scraped: [dates[0]: #""slow site""#, dates[1]: #""slow site""#, dates[3]: "null", dates[4]: #""same""#],
        loaded: [dates[1]: #""lost a field""#, dates[2]: #""lost a field""#, dates[4]: #""same""#])
      #expect(run.execution.status == .succeeded)
      let expected = ["slow site", "slow site; lost a field", "lost a field", nil, "same"]
      for (date, text) in zip(dates, expected) { #expect(try notice(run, date) as? String == text) }
      let output = try run.output()
      #expect(output["status"] as? String == "partial")
      #expect(output["failed_items"] as? [String] == [])
      let notices = try #require(output["notices"] as? [[String: Any]])
      #expect(notices.map { $0["notice"] as? String } == expected.compactMap { $0 })
      #expect(notices.map { $0["items"] as? [String] } == [0, 1, 2, 4].map { [dates[$0]] })
      #expect(notices.map { $0["count"] as? Int } == [1, 1, 1, 1])
      #expect(try run.message().body()["notices"] != nil)
      #expect(try run.message().subject.hasPrefix("FestVibes ETL: wwoz partial ("))
    }

    @Test("with the same text are one notice of several items, also in the ledger")
    func grouped() throws {
      let dates = FinishedRun.dates(5)
      let run = try run(dates, scraped: Dictionary(uniqueKeysWithValues: dates.map { ($0, #""slow site""#) }))
      let notices = try #require(try run.output()["notices"] as? [[String: Any]])
      #expect(notices.count == 1)
      #expect(notices.first?["items"] as? [String] == dates)
      #expect(try cause(run) == "IncompleteItems: 2024-01-01, 2024-01-02, 2024-01-03 and 2 more: slow site")
    }

    @Test("stand beside the failure of the cache in the ledger")
    func withCache() throws {
      let run = try run(FinishedRun.dates(1), loaded: ["2024-01-01": #""lost a field""#], refreshFails: true)
      let lines = try #require(try cause(run)).split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines.first?.hasPrefix("CacheUnavailable: ") == true)
      #expect(lines.last == "IncompleteItems: 2024-01-01: lost a field")
    }

    @Test("are absent from a complete run")
    func none() throws {
      let run = try run(FinishedRun.dates(2))
      #expect(try notice(run, "2024-01-01") == nil)
      #expect(try run.output()["status"] as? String == "success")
      #expect((try run.output()["notices"] as? [Any])?.isEmpty == true)
      #expect(try cause(run) == nil)
    }

    @Test("that are no text are ignored, and long ones are cut", arguments: [#""""#, "7", "{}", "[]", "true"])
    func odd(_ value: String) throws {
      let long = String(repeating: "x", count: 2000)
      let dates = FinishedRun.dates(2)
      let run = try run(dates, scraped: [dates[0]: value, dates[1]: "\"\(long)\""])
      #expect(run.execution.status == .succeeded)
      #expect(try notice(run, dates[0]) == nil)
      #expect(try notice(run, dates[1]) as? String == String(long.prefix(200)))
    }
  }
}
