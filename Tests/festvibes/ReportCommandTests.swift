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
    #expect(none.contains("No schedule is going to start a run: the scheduler is off."))
    #expect(none.contains("ENABLE_SCHEDULER=true make up"))
    #expect(!none.contains("its schedule has not started a run yet"))
  }

  @Test("Its commands begin with the program as the reader's shell finds it")
  func program() throws {
    let database = try TestDatabase(migrated: true)
    defer { withExtendedLifetime(database) {} }
    let page = { (settings: [String: String]) in
      try FestVibesProcess("report", environment: settings.merging(["PG_DATABASE_URL": database.url]) { $1 }).output
    }
    #expect(try page(["FESTVIBES_COMMAND": "/opt/fv/festvibes"]).contains("/opt/fv/festvibes run<"))
    // The page keeps a word with a hyphen in one line.
    let program = FestVibesProcess.binary.path
    #expect(try page([:]).replacing("<span>", with: "").replacing("</span>", with: "").contains("\(program) run<"))
  }

  @Test("--output replaces the file once the page is there, and leaves it after a failure")
  func file() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = { try FileManager.default.contentsOfDirectory(atPath: folder.path) }
    let away = ["PG_DATABASE_URL": "postgresql://u:p@127.0.0.1:1/none"]
    let failed = try FestVibesProcess("report", "--output", "page.html", environment: away, in: folder)
    #expect(failed.status == 1)
    #expect(try files().isEmpty)
    let database = try TestDatabase(migrated: true)
    defer { withExtendedLifetime(database) {} }
    let environment = ["PG_DATABASE_URL": database.url]
    let ran = try FestVibesProcess("report", "--output", "page.html", environment: environment, in: folder)
    #expect(ran.status == 0 && ran.output.isEmpty, "\(ran.error)")
    let page = try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8)
    #expect(page.hasSuffix("</html>"))
    _ = try FestVibesProcess("report", "--output", "page.html", environment: away, in: folder)
    #expect(try String(contentsOf: folder.appending(path: "page.html"), encoding: .utf8) == page)
    #expect(try files() == ["page.html"])
    let nowhere = try FestVibesProcess("report", "--output", "no/page.html", environment: environment, in: folder)
    #expect(nowhere.status == 1)
    #expect(nowhere.error.hasPrefix("Error: no/page.html cannot be written: "), "\(nowhere.error)")
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
    let refused = try FestVibesProcess(
      "report", environment: ["PG_DATABASE_URL": TestDatabase.url(user: "nobody", password: "hidden-word")])
    #expect(refused.status == 1)
    #expect(refused.error.hasSuffix("\nnext: \(FestVibesProcess.binary.path) doctor\n"), "\(refused.error)")
    let unset = try FestVibesProcess("report")
    #expect(unset.status == 1)
    #expect(unset.error.contains("PG_DATABASE_URL is not set"))
  }
}
