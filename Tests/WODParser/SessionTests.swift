import JSON
import Testing

@testable import WODParser

@Suite("Sessions of a post")
struct SessionTests {
  @Test("A session has the texts of its parts, and those that it lacks are empty (F45)")
  func parts() throws {
    let html =
      "<h3>Wednesday (Session One)</h3>Read this.<br>And this.<p>Suggested Warm-Up</p><ul><li>10&times;&nbsp;Jumps</li>"
      + "<li>5 &lt;slow&gt; Squats</li></ul><p>A.<br />Row <em>hard</em>er</p><!-- B. --><p>F)<br>Rest<script>C.</script></p>"
    let found = try parse(makePost(html))
    let expected: JSONValue = [
      "date": "2024-03-06", "session": "Wednesday (Session One)", "warm_up": "10× Jumps 5 <slow> Squats",
      "segment_a": "Row harder", "segment_b": "", "segment_c": "", "segment_d": "", "segment_e": "",
      "segment_f": "Rest", "notes": "Read this. And this.", "post_id": 7, "slug": "march-4-10-2024-deload",
      "modified": "2024-03-01T12:00:00Z",
    ]
    #expect(found.records.map { JSONValue.object($0.fields) } == [expected])
    #expect(found.records.map(\.origin) == ["urn:uuid:1#0.0"] && found.rejected.isEmpty && found.warnings.isEmpty)
  }

  @Test("A part that comes again goes on in its own text")
  func repeated() throws {
    let html = makeContent("Monday (Session One)", "A.", "one", "B.", "two", "a)", "three", "Warm-Up:", "four")
    let fields = try #require(try parse(makePost(html)).records.first?.fields)
    #expect(fields["segment_a"] == "one three" && fields["segment_b"] == "two" && fields["warm_up"] == "four")
  }

  @Test(
    "A header of a part is a line by itself",
    arguments: [
      ("A.", Segment.a), ("f:", .f), ("C)", .c), ("Suggested Warm-Up", .warmUp), ("warm up:", .warmUp),
      ("WARMUP", .warmUp), ("Suggested Warm\u{2011}Up :", .warmUp),
      ("Suggested Warm\u{2010}Up", .warmUp), ("Warm\u{2014}Up", .warmUp), ("G.", nil), ("EZ", nil), ("A", nil),
      ("At", nil),
      ("A. Row", nil), ("A.)", nil), ("Warm-Up Row", nil), ("Our Warm-Up", nil), ("", nil), ("É.", nil),
    ])
  func headers(line: String, expected: Segment?) { #expect(Segment(header: line) == expected) }

  @Test(
    "A day begins where a weekday's name is followed by nothing, a bracket, a dash or a colon",
    arguments: [
      ("Monday", 1), ("SUNDAY:", 0), ("saturday (Session 5)", 6), ("Friday(Rest Day)", 5), ("Tuesday – easy", 2),
      ("Wednesday-", 3), ("Monday – Sundays are free", 1), ("Mondays", nil), ("Monday's numbers", nil),
      ("Monday, easy", nil), ("Monday easy", nil), ("On Monday", nil), ("Mon", nil), ("", nil),
    ])
  func days(line: String, expected: Int?) {
    #expect(DayHeader(line)?.weekday == expected)
    #expect(DayHeader(line).map { !$0.isOfSeveralDays } ?? true)
  }

  @Test("A day without work is a rest day; one with text keeps its header, also without a part")
  func rest() throws {
    let html = makeContent(
      "Monday", "Tuesday (REST  day)", "Stretch.", "Wednesday (Session One)", "Thursday", "Run.", "Friday", "A.")
    let found = try parse(makePost(html))
    #expect(
      found.texts("session") == ["Rest Day", "Rest Day", "Wednesday (Session One)", "Thursday", "Friday"])
    #expect(found.texts("notes") == ["", "Stretch.", "", "Run.", ""])
    #expect(
      found.texts("date") == ["2024-03-04", "2024-03-05", "2024-03-06", "2024-03-07", "2024-03-08"])
  }

  @Test("A line that begins with a weekday's name and begins no day is named; so is a sentence that does")
  func odd() throws {
    let html = makeContent(
      "Monday (Session One)", "Tuesday, March 5", "Monday’s numbers", "Mondays are free", "Saturday.",
      "Wednesday: we retest all of it then, so write it down", "Thursday (Session Two) of the very long and hard week")
    let found = try parse(makePost(html))
    #expect(found.records.count == 3 && found.rejected.isEmpty)
    let warnings = found.warnings.map(\.reason)
    #expect(
      warnings.count == 2 && warnings[0].contains(": 'Tuesday, March 5', 'Saturday.' begins with a weekday's name"))
    #expect(warnings[1].contains(": 'Wednesday: we retest all of it then, so write it down' looks like a sentence"))
    let many = try parse(makePost("<p>Monday</p>" + String(repeating: "<p>Tuesday, easy</p>", count: 9)))
    #expect(many.warnings.count == 1 && many.warnings[0].reason.contains("and 4 more"))
  }

  @Test("A preformatted block has the lines that a browser shows")
  func preformatted() throws {
    let found = try parse(
      makePost("<pre>Monday (Session One)\nA.\nSnatch\nTuesday (Session Two)\n\nA.\nJerk</pre>"))
    #expect(found.texts("session") == ["Monday (Session One)", "Tuesday (Session Two)"])
    #expect(found.texts("segment_a") == ["Snatch", "Jerk"])
  }

  @Test("Lines before the first day are named: they belong to no session")
  func introduction() throws {
    let found = try parse(makePost(makeContent("Welcome.", "Monday (Session One)", "Row.")))
    #expect(found.records.count == 1)
    #expect(
      found.warnings.map(\.reason) == [
        "march-4-10-2024-deload: 1 of its lines stand before its first day, and belong to no session: 'Welcome.'"
      ])
  }
}
