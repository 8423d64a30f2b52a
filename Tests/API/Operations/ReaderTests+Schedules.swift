import Contracts
import Datasets
import Foundation
import TestSupport
import Testing

@testable import OperationsPage

/// Datasets that a schedule starts, and others.
extension ReaderTests {
  @Test("A schedule that nothing starts is not expected; one that started nothing yet is shown")
  func expected() throws {
    let database = try database()
    let late = SampleReports.now.addingTimeInterval(7 * 86_400)
    let overdue = { (expected: ExpectedSchedules) in
      try self.report(database, now: late, expected: expected).problems.filter {
        $0.title == "a scheduled run is overdue"
      }
    }
    #expect(try overdue(ExpectedSchedules.all).map(\.dataset) == ["wwoz"])
    #expect(try overdue(ExpectedSchedules.unknown).map(\.dataset) == ["wwoz"])
    #expect(try overdue(ExpectedSchedules.named(["wwoz"])).map(\.dataset) == ["wwoz"])
    #expect(try overdue(ExpectedSchedules.off).isEmpty)
    #expect(try overdue(ExpectedSchedules.named(["news_feed"])).isEmpty)

    let report = try report(
      database, expected: ExpectedSchedules(listed: "wwoz, spotify_artists/monthly,coingecko_markets"))
    #expect(report.starter == .known)
    #expect(Set(report.upcoming.map(\.dataset)) == ["wwoz", "coingecko_markets"])
    let never = report.remarks.filter { $0.title == "its schedule has not started a run yet" }
    #expect(never.map(\.dataset) == ["coingecko_markets"])
    #expect(never.first?.next == "festvibes run --dataset coingecko_markets")
    #expect(never.first?.cause.contains("27 Nov 06:00 UTC, its next one is 28 Nov 06:00 UTC") == true)
    let unknown = try self.report(database, expected: .unknown)
    #expect(unknown.starter == .unknown)
    #expect(!unknown.remarks.contains { $0.title == "its schedule has not started a run yet" })
  }

  @Test("Without the local scheduler the schedules are shown, with the reason why none starts a run, and a command")
  func off() throws {
    var report = try report(database("select 1"), expected: .off)
    #expect(report.upcoming.map(\.dataset).contains("wwoz"))
    #expect(!report.remarks.contains { $0.title == "its schedule has not started a run yet" })
    let page = try PageDocument(report)
    #expect(
      page.elements("p").contains { $0.text.hasSuffix("No schedule is going to start a run: the scheduler is off.") })
    #expect(page.elements("p").contains { $0.text.hasPrefix("The scheduler of the local stack is off") })
    #expect(page.elements("code").map(\.text).contains("ENABLE_SCHEDULER=true make up"))
    #expect(page.elements("td").map(\.text).contains { $0.hasSuffix("(America/Chicago)") })
    report.upcoming = []
    report.starter = .known
    #expect(try PageDocument(report).text.contains("API_SCHEDULES names none, or the definitions have none."))
  }

  @Test("The schedule of a job is named with its dataset, and words of a command are quoted")
  func names() throws {
    let schedules = try DatasetSchedules(RepositoryDatasets.catalog()).schedules
    let job = try #require(schedules.first { $0.jobType != nil })
    let keys = ExpectedSchedules(listed: " \(job.dataset)/\(job.jobType ?? "") ,")
    #expect(schedules.filter(keys.contains) == [job])
    #expect(schedules.filter(ExpectedSchedules(listed: job.dataset).contains).map(\.jobType) == [nil])
    #expect(OperatedDataset(unknown: "a b", hasDates: false).option == " --dataset 'a b'")
  }
}
