import ScrapingSupport
import Testing

@testable import WWOZExtractor

struct TimeTextTests {
  @Test(
    "Of a text that says more than a time, the plain beginning is taken",
    arguments: [
      ("7:00pm CDT", 19, 0), ("8.30pm", 20, 30), ("20:00", 20, 0), ("7-9pm", 19, 0), ("9:00 PM - Late", 21, 0),
      ("8:00pm & 10:00pm", 20, 0), ("8pm til late", 20, 0), ("8:00 p.m. (doors 7:00 p.m.)", 20, 0),
      ("7:30pm/9:30pm", 19, 30), ("10-2am", 22, 0), ("11-1pm", 11, 0), ("9 - 12am", 21, 0), ("7-9 p.m.", 19, 0),
      ("7:30-9:30pm", 19, 30), ("12-3pm", 12, 0), ("9pm-midnight", 21, 0), ("9 - midnight", 21, 0), ("10-noon", 10, 0),
      ("noon-3pm CDT", 12, 0), ("12 noon - late", 12, 0), ("7 & 9pm", 19, 0), ("7, 9pm", 19, 0), ("7 and 9pm", 19, 0),
      ("7/9pm", 19, 0), ("7 to 9pm", 19, 0), ("7–9pm", 19, 0), ("7—9pm", 19, 0), ("20.30", 20, 30), ("20h30", 20, 30),
      ("0:30", 0, 30), ("20:00 - 22:00", 20, 0), ("20:00h", 20, 0), ("8 PM.", 20, 0), ("8pm sharp", 20, 0),
      ("8p", 20, 0),
      ("8:30p-11p", 20, 30), ("8pm!", 20, 0), ("8pm*", 20, 0), ("8:00pm, 10:00pm", 20, 0), ("8pm + 10pm", 20, 0),
      ("8pm or 9pm", 20, 0), ("from 8pm", 20, 0), ("starts at 8pm", 20, 0), ("SOLD OUT 8pm", 20, 0),
      ("SOLD OUT! 8pm", 20, 0), ("Friday 8pm", 20, 0), ("8:00 pm (Central)", 20, 0), ("10:00pm-until", 22, 0),
      ("7:00pmCDT", 19, 0), ("7pmcst", 19, 0), ("8pm: all ages", 20, 0), ("(8pm)", 20, 0), ("– 8pm", 20, 0),
      ("—8pm", 20, 0),
      ("🎵 8pm", 20, 0), ("CANCELLED 8pm", 20, 0), ("CANCELLED – 8pm", 20, 0), ("New time: 8pm", 20, 0),
    ])
  func beginning(text: String, hour: Int, minute: Int) throws {
    let read = TimeText(text)
    #expect(read.beginning == ClockTime(hour: hour, minute: minute))
    #expect(!read.isPlain)
  }

  @Test(
    "A plain time and a clear range need no warning", arguments: ["7:00pm", "7:00pm - 9:00pm", "7pm to 9pm", "noon"])
  func plain(text: String) {
    #expect(TimeText(text).isPlain)
  }

  @Test(
    "A text without one meaning has no time",
    arguments: [
      "8:00", "8", "8-11", "8:00 CDT", "midnight", "12 midnight", "midnight - 3am", "8ish", "8 a night", "20", "2000",
      "25:00", "20:61", "13:00pm", "8:00:00pm", "8-8pm", "doors 7pm", "until 10pm", "after 9pm", "TBA soon", "$10",
      "8 bands", "8amazing", "$8pm", "~8pm", "#8pm",
      "call 504-555-0100", "31 at 3:00pm", "", "-", "٨pm", "8:0pm",
    ])
  func unclear(text: String) {
    #expect(TimeText(text).beginning == nil)
  }

  @Test("Such a time has a warning that quotes it, and a whole page of such times is readable")
  func warnings() throws {
    for text in ["7:00pm CDT", "8.30pm", "20:00", "7-9pm", "9:00 PM - Late", "8:00pm &amp; 10:00pm"] {
      let rows = (1...4).map { makeRow(link: "/events/\($0)", when: "Friday, May 31 at \(text)") }
      let listing = try readListing(makeListing([makePanel(rows: rows)]))
      #expect(listing.shows.count == 4)
      #expect(listing.shows.allSatisfy { $0.time != nil })
      #expect(listing.warnings.count == 4)
      let shown = text.replacing("&amp;", with: "&")
      #expect(listing.warnings.allSatisfy { $0.reason.hasPrefix("the time '\(shown)' was read as ") }, "\(text)")
    }
  }

  @Test(
    "A row says SOLD OUT before its time",
    arguments: ["<p>SOLD OUT</p>", "<p><a href='/t'>SOLD OUT</a></p>", "<div>SOLD OUT</div>"])
  func soldOut(markup: String) throws {
    let row = makeRow().replacing("<p>\n      Friday", with: "\(markup)<p>\n      Friday")
    let listing = try readListing(makeListing([makePanel(rows: [row])]))
    #expect(listing.shows.map(\.time) == [ClockTime(hour: 15, minute: 0)])
    #expect(listing.shows.map(\.path) == ["/events/1056901"])
    #expect(listing.warnings.isEmpty && listing.rejected.isEmpty)
  }
}
