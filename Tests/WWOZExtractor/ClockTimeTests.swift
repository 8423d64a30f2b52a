import ScrapingSupport
import Testing

@testable import Fetching
@testable import WWOZExtractor

struct ClockTimeTests {
  @Test(
    "A text with one meaning is read",
    arguments: [
      ("3:00pm", 15, 0), ("12:00pm", 12, 0), ("12:30am", 0, 30), ("12:00am", 0, 0), ("11:59PM", 23, 59),
      ("9:05 am", 9, 5), ("8pm", 20, 0), ("8 p.m.", 20, 0), ("10:15 A.M.", 10, 15), ("noon", 12, 0), ("Noon", 12, 0),
      ("12 noon", 12, 0), ("08:00pm", 20, 0),
    ])
  func read(text: String, hour: Int, minute: Int) throws {
    let time = try #require(ClockTime(text))
    #expect(time.hour == hour)
    #expect(time.minute == minute)
  }

  @Test(
    "A text with two possible meanings, or none, is refused",
    arguments: [
      "", "8:00", "20:00", "0:30am", "13:00pm", "25:00pm", "8:60pm", "8:5pm", "8:000pm", ":30pm", "pm", "am",
      "midnight",
      "-8pm", "+8pm", "8:+5pm", "8;00pm", "8:00xm", "eightpm", "8::00pm", "8:00:00pm", "٨pm", "008pm", "1.0pm",
      "8.30pm",
    ])
  func refused(text: String) {
    #expect(ClockTime(text) == nil)
  }

  private typealias Case = (text: String, month: Int?, day: Int?, time: WWOZDateTime.Time)

  @Test("A row's text has a day and a time")
  func rows() throws {
    let three = WWOZDateTime.Time.at(try #require(ClockTime(hour: 15, minute: 0)))
    let eight = WWOZDateTime.Time.at(try #require(ClockTime(hour: 20, minute: 0)))
    let cases: [Case] = [
      ("Friday, May 31 at 3:00pm", 5, 31, three),
      ("Friday May 31 3:00pm", 5, 31, three),
      ("Sept 1 @ 8pm", 9, 1, eight),
      ("Saturday, March 1 at 8:00pm", 3, 1, eight),
      ("Friday, May 31 at 8:00pm - 11:00pm", 5, 31, eight),
      ("Friday, May 31 at 8pm to 1am", 5, 31, eight),
      ("Friday, May 31 at 8:00pm–11:00pm", 5, 31, eight),
      ("Friday, May 31 at 8-11pm", 5, 31, .unclear("8-11pm")),
      ("Friday, May 31 at 8:00pm & 10:00pm", 5, 31, .unclear("8:00pm & 10:00pm")),
      ("Friday, May 31 at midnight", 5, 31, .unclear("midnight")),
      ("Friday, May 31 at TBA", 5, 31, .toBeAnnounced),
      ("Friday, May 31 at T.B.D.", 5, 31, .toBeAnnounced),
      ("Friday, May 31 at", 5, 31, .missing),
      ("Friday, May 31", 5, 31, .missing),
      ("at 3:00pm", nil, nil, three),
      ("Friday", nil, nil, .unclear("Friday")),
      ("", nil, nil, .missing),
      ("Ma 31 at 3:00pm", nil, nil, .unclear("Ma 31 at 3:00pm")),
    ]
    for (text, month, day, time) in cases {
      let when = WWOZDateTime(text)
      #expect(when.monthAndDay?.month == month, "\(text)")
      #expect(when.monthAndDay?.day == day, "\(text)")
      #expect(when.time == time, "\(text)")
    }
  }

  @Test("A heading has a day with its year")
  func heading() throws {
    #expect(try WWOZDateTime.date(inHeading: "Friday, May 31, 2024") == day("2024-05-31"))
    #expect(try WWOZDateTime.date(inHeading: "Events for Thu, Feb 29, 2024 and on") == day("2024-02-29"))
    for text in ["", "Friday, May 31", "May 2024", "Friday, February 30, 2024", "31 May 2024"] {
      #expect(WWOZDateTime.date(inHeading: text) == nil)
    }
  }
}
