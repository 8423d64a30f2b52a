import Foundation
import TestSupport
import Testing
import Time

/// `festvibes quality` after a run without AWS.
@Suite("festvibes quality", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
struct QualityCommandTests {
  @Test("reports each rule, of the last load and of the stored table")
  func report() throws {
    let host = try TestHost(
      """
      expect:
        - {check: rows, minimum: 1}
        - {check: nulls, field: price, on_breach: warn}
        - {check: range, field: price, minimum: 1000000, on_breach: warn}
        - {check: unique, fields: [id]}
        - {check: rows_ratio, minimum: 0.5}
      """)
    func quality(_ arguments: String...) throws -> FestVibesProcess {
      try FestVibesProcess(["quality", "prices"] + arguments, environment: host.environment)
    }
    let early = try quality()
    #expect(
      early.status == 1 && early.error.contains("nothing of prices was loaded yet"), "\(early.output)\(early.error)")
    #expect(try host.run().status == 0)
    let text = try quality()
    #expect(text.status == 1, "a rule is not met: \(text.error)")
    #expect(text.output.contains("the last load, raw/prices/") && text.output.contains("the table prices"))
    #expect(text.output.hasSuffix("\nnext: \(FestVibesProcess.binary.path) show prices\n"), "\(text.output)")
    #expect(text.output.contains("not applied: it compares with earlier loads"))
    let json = try quality("--json", "--item", "a")
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    #expect(object["met"] as? Bool == false)
    let parts = try #require(object["parts"] as? [[String: Any]])
    #expect(parts.count == 2 && parts[1]["table"] as? String == "prices")
    func rules(_ part: Int) throws -> [String] {
      try #require(parts[part]["rules"] as? [[String: Any]]).map {
        "\($0["rule"] as? String ?? "") \($0["checked"] as? Int ?? -1) \($0["failed"] as? Int ?? -1) \($0["met"] as? Bool ?? false)"
      }
    }
    #expect(
      try rules(0) == [
        "expect[0] rows -1 -1 true", "expect[1] nulls 2 0 true", "expect[2] range 2 2 false",
        "expect[3] unique 2 0 true",
        "expect[4] rows_ratio -1 -1 true",
      ])
    #expect(try rules(1) == ["expect[1] nulls 4 0 true", "expect[2] range 4 4 false", "expect[3] unique 4 0 true"])
  }

  @Test("limits a rule with where as the load does, and looks at the dataset's own rows only")
  func filtered() throws {
    let host = try TestHost(
      """
      expect:
        - {check: rows, minimum: 3, where: {kind: venue}, on_breach: warn}
        - {check: rows, minimum: 3, where: {kind: artist}, on_breach: warn}
        - {check: range, field: price, minimum: 2, where: {kind: venue}, on_breach: warn}
        - {check: range, field: price, minimum: 2, where: {kind: artist}, on_breach: warn}
        - {check: range, field: price, minimum: 2, where: {id: [b1, c1]}, on_breach: warn}
      """, kind: "venue")
    #expect(try host.run().status == 0)
    let connection = try host.database.connect()
    try connection.execute(
      script: """
        alter table prices add column _deleted_at timestamptz;
        update prices set _deleted_at = now() where id = 'b1';
        update prices set _dataset = 'other' where id = 'b2';
        """, deadline: Deadline(after: .seconds(20), on: SystemTime()))
    let json = try FestVibesProcess(["quality", "prices", "--json", "--item", "a"], environment: host.environment)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let parts = try #require(object["parts"] as? [[String: Any]])
    let found = try parts.map { part in
      try #require(part["rules"] as? [[String: Any]]).map {
        "\($0["checked"] as? Int ?? -1) \($0["breach"] as? String ?? "met")"
      }
    }
    try #require(found.count == 2)
    #expect(found[0][0] == "-1 2 records, and minimum is 3" && found[0][1] == "-1 0 records, and minimum is 3")
    #expect(found[0][2].hasPrefix("2 1 of 2 values of price (0.5)") && found[0][3...] == ["0 met", "0 met"])
    #expect(found[1].count == 2, "the rule on artists is for no row of the table")
    #expect(found[1][0].hasPrefix("2 1 of 2 values of price (0.5)") && found[1][1] == "0 met", "\(found[1])")
  }

  @Test("says that a dataset has no rules")
  func none() throws {
    let host = try TestHost()
    let ran = try FestVibesProcess(["quality", "prices"], environment: host.environment)
    #expect(ran.status == 1 && ran.error.contains("dataset prices has no expectations"), "\(ran.output)\(ran.error)")
    #expect(ran.error.hasSuffix(" check prices\n"))
  }
}
