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
      ("12 noon", 12, 0), ("08:00pm", 20, 0), ("8\u{202F}p.m.", 20, 0), ("8\u{2009}pm", 20, 0), ("8\u{2007}pm", 20, 0),
      ("8\u{3000}pm", 20, 0), ("\u{200E}8:00pm\u{200E}", 20, 0), ("8:00\u{A0}PM", 20, 0), ("8\u{200B}:00pm", 20, 0),
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
}
