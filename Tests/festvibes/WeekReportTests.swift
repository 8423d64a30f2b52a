import Foundation
import JSON
import TestSupport
import Testing
import Time

@testable import festvibes

@Suite("Weeks")
struct WeekReportTests {
  private func date(_ text: String) throws -> CalendarDate { try #require(CalendarDate(text)) }

  private func report() throws -> WeekReport {
    let records = try [
      #"{"date":"2024-03-05","session":"Tuesday (Session One)","warm_up":"Row \u001b[2J 500 m","segment_a":"Back squat 5 × 5 at 80 %","notes":""}"#,
      #"{"date":"2024-03-06","session":"Rest Day","warm_up":"","segment_a":"","notes":null}"#,
    ].map { try #require(JSONValue(parsing: $0).object) }
    return WeekReport(
      dataset: "weeks", week: WeekReport.week(of: try date("2024-03-06")), date: "date", names: ["session"],
      texts: ["warm_up", "segment_a", "notes"], records: records)
  }

  @Test(
    "A week is Monday to Sunday",
    arguments: [
      ("2024-03-04", "2024-03-04"), ("2024-03-10", "2024-03-04"), ("2024-03-11", "2024-03-11"),
      ("2024-03-03", "2024-02-26"),
    ])
  func week(day: String, monday: String) throws {
    let week = WeekReport.week(of: try date(day))
    #expect(week == (try date(monday))...(try date(monday).adding(days: 6)))
  }

  @Test("Each record is a block with its texts, wrapped to the terminal; a day without texts is its name")
  func lines() throws {
    let terminal = Terminal(isInteractive: true, colors: false, size: (40, 20))
    #expect(
      try report().lines(for: terminal, isWide: false) == [
        "The week from 2024-03-04 to 2024-03-10.", "", "2024-03-05  Tuesday (Session One)",
        "  warm-up  Row [2J 500 m", "  A        Back squat 5 × 5 at 80 %", "", "2024-03-06  Wednesday  Rest Day",
      ])
    let narrow = Terminal(isInteractive: true, colors: false, size: (30, 20))
    #expect(
      try report().lines(for: narrow, isWide: false)[4...5] == ["  A        Back squat 5 × 5 at", "           80 %"])
  }

  @Test("The JSON has the records as they are stored")
  func json() throws {
    let json = try report().json()
    let beginning = #"{"dataset":"weeks","first":"2024-03-04","last":"2024-03-10","records":[{"date":"2024-03-05","#
    #expect(json.hasPrefix(beginning))
    #expect(json.contains(#""session":"Rest Day","warm_up":"","segment_a":"","notes":null}"#))
  }

  @Test(
    "A week is of a dataset with files of lines, and its day is a date or a name",
    arguments: [
      (["show", "wwoz", "--week", "2024-03-06"], "--week for one with files of lines"),
      (["show", "coingecko_markets", "--week", "today"], "does not load into json_lines"),
      (["show", "coingecko_markets", "--week", "march"], "--week 'march' is not a date like 2024-05-31"),
    ])
  func refused(arguments: [String], problem: String) throws {
    let ran = try FestVibesProcess(arguments, environment: [:])
    #expect(ran.status != 0)
    #expect(ran.error.contains(problem), "\(ran.error)")
  }
}
