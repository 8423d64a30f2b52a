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

  @Test("says that a dataset has no rules")
  func none() throws {
    let host = try TestHost()
    let ran = try FestVibesProcess(["quality", "prices"], environment: host.environment)
    #expect(ran.status == 1 && ran.error.contains("dataset prices has no expectations"), "\(ran.output)\(ran.error)")
  }
}
