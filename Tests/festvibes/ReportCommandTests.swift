import Foundation
import TestSupport
import Testing

@Suite("festvibes report", .enabled(if: TestDatabase.serverURL != nil, "start the services: make test"))
struct ReportCommandTests {
  @Test("It writes the operators' page as a file that does not load itself again")
  func page() throws {
    let database = try TestDatabase(migrated: true)
    let environment = ["PG_DATABASE_URL": database.url, "ENABLE_SCHEDULER": "true"]
    let ran = try FestVibesProcess("report", environment: environment)
    withExtendedLifetime(database) {}
    #expect(ran.status == 0, "\(ran.error)")
    #expect(ran.output.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\""))
    #expect(ran.output.hasSuffix("</html>"))
    #expect(ran.output.contains("Nothing has run yet"))
    // The datasets of the repository, with their schedules.
    #expect(ran.output.contains("wwoz"))
    #expect(ran.output.contains("(America/Chicago)"))
    #expect(!ran.output.contains("http-equiv=\"refresh\""))
  }

  @Test("Without a ledger it writes nothing, and says what to do")
  func failures() throws {
    let empty = try TestDatabase()
    let old = try FestVibesProcess("report", environment: ["PG_DATABASE_URL": empty.url])
    withExtendedLifetime(empty) {}
    #expect(old.status == 1)
    #expect(old.output.isEmpty)
    #expect(old.error.contains("SchemaMismatch"))
    let away = try FestVibesProcess(
      "report", environment: ["PG_DATABASE_URL": "postgresql://nobody:hidden-word@127.0.0.1:1/none"])
    #expect(away.status == 1)
    #expect(away.error.contains("next: "))
    #expect(!away.error.contains("hidden-word"))
    let unset = try FestVibesProcess("report")
    #expect(unset.status == 1)
    #expect(unset.error.contains("PG_DATABASE_URL is not set"))
  }
}
