import ScrapingSupport
import Testing

@testable import WWOZExtractor

struct WWOZDateTimeTests {
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
      ("Friday, May 31 at 8-11pm", 5, 31, .beginning(try #require(ClockTime(hour: 20, minute: 0)), of: "8-11pm")),
      ("Friday, May 31 at midnight", 5, 31, .unclear("midnight")),
      ("Friday, May 31 at TBA", 5, 31, .toBeAnnounced),
      ("Friday, May 31 at T.B.D.", 5, 31, .toBeAnnounced),
      ("Friday, May 31 at", 5, 31, .missing),
      ("Friday, May 31", 5, 31, .missing),
      ("Friday, May 31, 2024 at 8:00pm", 5, 31, eight),
      ("Friday, May 31, 2024", 5, 31, .unclear("2024")),
      ("Friday, May 31: 8pm", 5, 31, eight),
      ("Friday, May 31 at ８：００pm", 5, 31, eight),
      ("8:00pm Friday, May 31", 5, 31, .beginning(try #require(ClockTime(hour: 20, minute: 0)), of: "8:00pm Friday")),
      ("SOLD OUT Friday, May 31", 5, 31, .missing),
      ("Doors 7pm, Friday, May 31", 5, 31, .missing),
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

  @Test("An ordinal is a day, and a month may be abbreviated with a full stop")
  func ordinals() {
    for text in ["Friday, May 31st at 8pm", "Fri., May. 31 at 8pm", "May 31st, 8pm"] {
      let when = WWOZDateTime(text)
      #expect(when.monthAndDay?.day == 31, "\(text)")
      #expect(when.time == ClockTime(hour: 20, minute: 0).map { .at($0) }, "\(text)")
    }
    #expect(WWOZDateTime("May 31x at 8pm").monthAndDay == nil)
  }

  @Test(
    "Spaces of every kind separate words",
    arguments: ["\u{202F}", "\u{2009}", "\u{2007}", "\u{3000}", "\u{A0}", " \u{200E}", "\u{2028}", "\u{85}"])
  func spaces(space: String) {
    let text = ["Friday,", "May", "31", "at", "8:00", "pm"].joined(separator: space)
    let when = WWOZDateTime("\u{200E}" + text + "\u{200F}")
    #expect(when.monthAndDay?.month == 5 && when.monthAndDay?.day == 31)
    #expect(when.time == ClockTime(hour: 20, minute: 0).map { .at($0) })
  }

  @Test(
    "Of a row's paragraphs, the one with the day and the time counts",
    arguments: [
      ["SOLD OUT", "Friday, May 31 at 8:00pm"], ["Friday, May 31 at 8:00pm", "SOLD OUT"],
      ["SOLD OUT!", "All ages", "Friday, May 31 at 8:00pm"], ["8 bands", "Friday, May 31 at 8:00pm"],
      ["Friday, May 31", "8:00pm"], ["Friday, May 31 at", "SOLD OUT", "at 8:00pm"],
      ["Ends 10pm.", "Friday, May 31 at 8:00pm"],
    ])
  func paragraphs(texts: [String]) {
    let when = WWOZDateTime(paragraphs: texts)
    #expect(when.monthAndDay?.day == 31)
    #expect(when.time == ClockTime(hour: 20, minute: 0).map { .at($0) })
    #expect(!when.isCancelled)
  }

  @Test("A paragraph may say that the show is cancelled")
  func cancelled() {
    for text in ["CANCELLED", "Canceled!", "** cancelled **", "This show has been cancelled due to rain."] {
      #expect(WWOZDateTime(paragraphs: [text, "Friday, May 31 at 8:00pm"]).isCancelled, "\(text)")
    }
    #expect(WWOZDateTime("Friday, May 31 at 8:00pm - CANCELLED").isCancelled)
    #expect(!WWOZDateTime(paragraphs: ["NOT cancelled", "Friday, May 31 at 8:00pm"]).isCancelled)
  }

  @Test("A text without a time beside the day does not hide the time in the next paragraph")
  func unclearBesideDay() {
    let when = WWOZDateTime(paragraphs: ["Friday, May 31 at SOLD OUT", "8:00pm"])
    #expect(when.time.clock == ClockTime(hour: 20, minute: 0))
    #expect(WWOZDateTime(paragraphs: ["Friday, May 31 at SOLD OUT", "Free"]).time == .unclear("SOLD OUT"))
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
