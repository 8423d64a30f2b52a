import Foundation
import TestSupport
import Testing
import Time

/// Replays without the two dates that ReplayTests loads before each of its tests.
extension RunTests {
  private func replay(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(["replay"] + arguments, environment: LocalStack.environment)
  }

  private func count(_ condition: String = "true") throws -> Int {
    try stack.database.query("select count(*) from events where \(condition)", deadline: stack.deadline)[0][0]
  }

  @Test("that the database has lost, of a month, is restored by one replay; the next finds nothing to change")
  func lostMonth() throws {
    let (first, last) = ("2026-03-01", "2026-03-31")
    let dates = try (0..<31).map { try #require(CalendarDate(first)).adding(days: $0) }
    try stack.empty()
    do {
      let site = try SourceSite.sample()
      defer { site.stop() }
      #expect(try stack.run(from: first, to: last).execution.status == .succeeded)
    }
    let bytes = try dates.map { try stack.cachedBytes($0) }
    #expect(!bytes.contains(nil))
    let events = try count()
    try stack.empty()
    let restored = try replay(first, last)
    #expect(restored.status == 0, "\(restored.error)\(restored.output)")
    #expect(restored.output.contains("31 dates in "))
    #expect(try count("status = 'scheduled'") == events)
    for (date, bytes) in zip(dates, bytes) { #expect(try stack.cachedBytes(date) == bytes, "\(date)") }
    let dryRun = try replay(first, last, "--dry-run")
    #expect(dryRun.status == 0, "\(dryRun.error)")
    #expect(dryRun.output.components(separatedBy: "  no record would change\n").count == 32)
  }

  @Test(
    "is not replayed by arguments that make no sense",
    arguments: [["31 May"], ["2026-02-02", "2026-02-01"], ["2024-01-01", "2025-12-31"], []])
  func replayUsage(_ arguments: [String]) throws {
    #expect(try FestVibesProcess(["replay"] + arguments, environment: LocalStack.environment).status == 64)
  }
}
