import Testing
import Time

@testable import WODParser

@Suite("Dates of sessions")
struct DateTests {
  @Test(
    "The range in a slug or a title",
    arguments: [
      ("march-4-10-2024-deload", "2024-03-04", "2024-03-10"),
      ("5-day-program-april-7-13-2024-2", "2024-04-07", "2024-04-13"),
      ("april-29-may-5-2024", "2024-04-29", "2024-05-05"), ("december-30-january-5-2025", "2024-12-30", "2025-01-05"),
      ("december-30-2024-january-5-2025", "2024-12-30", "2025-01-05"),
      ("february-26-march-3-2024", "2024-02-26", "2024-03-03"),
      ("March 4&#8211;10, 2024 – 5 Day", "", ""), ("March 4–10, 2024 – 5 Day Program", "2024-03-04", "2024-03-10"),
      ("Sept. 30th – Oct. 6th, 2024", "2024-09-30", "2024-10-06"), ("april-29-5-2024", "2024-04-29", "2024-05-05"),
      ("march-10-4-2024", "2024-03-10", "2024-04-04"),
    ])
  func ranges(text: String, start: String, end: String) throws {
    guard !start.isEmpty else {
      // References are decoded before: these are numbers.
      #expect(WeekRange.read(text) == .none)
      return
    }
    let expected = WeekRange(start: try #require(CalendarDate(start)), end: CalendarDate(end))
    #expect(WeekRange.read(text) == .range(expected))
  }

  @Test(
    "A text without a range has none; one of days that do not exist is named",
    arguments: [
      ("about-us", WeekRange.Reading.none), ("march-4-2024", .none), ("march-madness-4-10-2024", .none), ("", .none),
      ("february-30-march-3-2024", .impossible("february-30-march-3-2024")),
      ("april-7-31-2024", .impossible("april-7-31-2024")),
      ("december-30-5-2025", .impossible("december-30-5-2025")),
      ("may-5-2025-may-4-2024", .impossible("may-5-2025-may-4-2024")),
    ])
  func noRanges(text: String, expected: WeekRange.Reading) { #expect(WeekRange.read(text) == expected) }

  @Test("The first range with days that exist counts")
  func secondRange() throws {
    let range = WeekRange(start: try #require(CalendarDate("2024-04-01")), end: CalendarDate("2024-04-07"))
    #expect(WeekRange.read("april-0-7-2024-or-april-1-7-2024") == .range(range))
  }

  @Test("A day is the first such weekday on or after the start, whatever days are missing or in another order (F45)")
  func weekdays() throws {
    let html = makeContent("Saturday (Session Two)", "Row.", "Monday (Session One)", "Row.", "Sunday (Rest Day)")
    let found = try parse(makePost(html, slug: "april-7-13-2024"))
    #expect(found.texts("date") == ["2024-04-13", "2024-04-08", "2024-04-07"])
    #expect(
      found.warnings.map(\.reason) == [
        "april-7-13-2024: 'Monday (Session One)', 2024-04-08, is before the day above it"
      ])
  }

  @Test("A post whose slug and title begin on other days is rejected: a copied post may have its old slug")
  func contradiction() throws {
    let html = makeContent("Monday (Session One)", "Row.")
    let found = try parse(makePost(html, slug: "march-4-10-2024-2", title: "March 11&#8211;17, 2024"))
    #expect(found.records.isEmpty)
    #expect(
      found.reasons == [
        "march-4-10-2024-2: its dates are not clear: its slug says 2024-03-04, and its title 2024-03-11"
      ])
    let shorter = try parse(makePost(html, title: "March 4 – 8, 2024"))
    #expect(shorter.texts("date") == ["2024-03-04"] && shorter.rejected.isEmpty)
    #expect(
      shorter.warnings.map(\.reason) == [
        "march-4-10-2024-deload: its slug ends on 2024-03-10, and its title on 2024-03-08"
      ])
  }

  @Test("A day behind the range is a warning, or rejected if days before it follow")
  func behind() throws {
    let last = try parse(
      makePost(makeContent("Friday (Session One)", "Row.", "Saturday (Session Two)", "Run."), slug: "march-4-8-2024"))
    #expect(last.texts("date") == ["2024-03-08", "2024-03-09"] && last.rejected.isEmpty)
    let warnings = last.warnings.map(\.reason).joined()
    #expect(warnings.contains("is on 2024-03-09, behind its range, 2024-03-04 to 2024-03-08"))
    let first = try parse(
      makePost(makeContent("Sunday (Session One)", "Row.", "Monday (Session Two)", "Run."), slug: "march-4-8-2024"))
    #expect(first.texts("date") == ["2024-03-04"])
    #expect(first.reasons.count == 1 && first.reasons[0].contains("its date would be 2024-03-10"))
    #expect(first.rejected.map(\.text) == ["Sunday (Session One)\nRow."])
  }

  @Test("A range far from the day on which the post appeared is named")
  func farRange() throws {
    let found = try parse(makePost(makeContent("Monday (Session One)"), slug: "march-4-10-2014"))
    #expect(found.texts("date") == ["2014-03-10"])
    #expect(found.warnings.map(\.reason).joined().contains("it appeared on 2024-03-03: see whether the year is right"))
  }

  @Test("Without a range, days that run backwards show that the week is not that of the post's appearance")
  func backwards() throws {
    let html = makeContent("Monday (Session One)", "Row.", "Thursday (Session Two)", "Run.")
    let found = try parse(makePost(html, slug: "deload", date: "2024-03-07T17:00:00"))
    #expect(found.records.isEmpty && found.reasons.count == 1)
    #expect(found.reasons[0].contains("deload: its dates are not clear"))
    #expect(found.reasons[0].contains("'Thursday (Session Two)'"))
    #expect(
      try parse(makePost(html, slug: "deload", date: "2024-03-03T17:00:00")).texts("date") == [
        "2024-03-04", "2024-03-07",
      ])
  }

  @Test("The slug counts before the title, and this before the day on which the post appeared")
  func order() throws {
    let html = makeContent("Monday (Session One)", "Row.")
    let title = "March 11&#8211;17, 2024"
    let both = try parse(makePost(html, title: "March 4&#8211;10, 2024"))
    #expect(both.texts("date") == ["2024-03-04"] && both.warnings.isEmpty)
    #expect(try parse(makePost(html, slug: "deload", title: title)).texts("date") == ["2024-03-11"])
    #expect(try parse(makePost(html, slug: "february-30-36-2024", title: title)).texts("date") == ["2024-03-11"])
    let neither = try parse(makePost(html, slug: "deload", date: "2024-03-05T17:00:00"))
    #expect(neither.texts("date") == ["2024-03-11"] && neither.warnings.count == 1)
  }
}
