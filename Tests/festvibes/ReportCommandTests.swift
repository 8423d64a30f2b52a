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

  @Test("It expects the schedules that API_SCHEDULES names; the local stack's only if its scheduler is on")
  func schedules() throws {
    let database = try TestDatabase(migrated: true)
    let local = ["PG_DATABASE_URL": database.url, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"]
    let page = { (settings: [String: String]) in
      try FestVibesProcess("report", environment: local.merging(settings) { $1 }).output
    }
    let named = try page(["API_SCHEDULES": "wwoz"])
    let all = try page(["ENABLE_SCHEDULER": "true"])
    let none = try page([:])
    withExtendedLifetime(database) {}
    #expect(named.contains("(America/Chicago)"))
    #expect(!named.contains("(UTC)"))
    #expect(named.contains("wwoz: its schedule has not started a run yet"))
    #expect(all.contains("(America/Chicago)"))
    #expect(all.contains("(UTC)"))
    #expect(none.contains("No schedule is going to start a run."))
    #expect(!none.contains("its schedule has not started a run yet"))
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
