import TestSupport
import Testing
import Time

@testable import Search

@Suite("What a filter leaves empty", .enabled(if: TestDatabase.hasVectors, withVectors))
final class RelaxingTests {
  private let world: SearchWorld

  init() throws {
    world = try SearchWorld()
    try world.addVenue("Blue Door", street: "600 Frenchmen Street", at: (29.9640, -90.0580))
    try world.addVenue("Uptown Porch", street: "501 Napoleon Avenue", at: (29.9176, -90.1011))
    try world.addVenue("Empty Hall", street: "1 Quiet Lane", at: (30.4, -90.1))
    try world.addArtist("Crescent Brass Band", genres: ["Brass Band"])
    try world.addEvent("Crescent Brass Band", "Uptown Porch", "2026-05-30 20:00")
    try world.addEvent("Crescent Brass Band", "Blue Door", "2026-06-06 18:00")
  }

  @Test("is relaxed, and said so")
  func relaxed() throws {
    let cases = [
      (
        "brass near Frenchmen Street on Saturday", "Uptown Porch",
        "No event: Saturday, 2026-05-30, near Frenchmen Street (within 1000 m); showing Saturday, 2026-05-30, anywhere."
      ),
      (
        "brass at the Blue Door on Saturday", "Blue Door",
        "No event: Saturday, 2026-05-30, at Blue Door; showing at Blue Door, on any day."
      ),
      (
        "brass on Saturday after 10 pm", "Uptown Porch",
        "No event: Saturday, 2026-05-30, 22:00 to 05:00; showing Saturday, 2026-05-30, 22:00 to 05:00, at any time."
      ),
      ("brass at the Empty Hall", "Uptown Porch", "No event: at Empty Hall; showing what comes next, anywhere."),
      (
        "brass at the Empty Hall on Saturday", "Uptown Porch",
        "No event: Saturday, 2026-05-30, at Empty Hall; showing Saturday, 2026-05-30, anywhere."
      ),
      ("brass on May 29", "Uptown Porch", "No event: Friday, 2026-05-29; showing what comes next, anywhere."),
    ]
    for (question, venue, note) in cases {
      let answer = try world.ask(question)
      #expect(answer.isRelaxed, "\(question)")
      #expect(answer.events.first?.venue == venue, "\(question)")
      #expect(answer.notes == [note])
    }
  }

  @Test("is left so if an option asks for it")
  func options() throws {
    let day = try #require(CalendarDate("2026-05-29"))
    let answer = try world.ask("brass", options: SearchOptions(days: Days(from: day, to: day)))
    #expect(answer.events.isEmpty)
    #expect(!answer.isRelaxed)
    #expect(answer.notes == ["No event: Friday, 2026-05-29."])
    let place = try world.ask("brass on Saturday", options: SearchOptions(placeName: "Blue Door"))
    #expect(place.events.map(\.venue) == ["Blue Door"])
    #expect(place.isRelaxed)
  }

  @Test("An artist who does not play then is named, with the next event")
  func artist() throws {
    try world.addArtist("Ada Quintet")
    try world.addEvent("Ada Quintet", "Blue Door", "2026-06-02 18:00")
    let answer = try world.ask("Ada Quintet on Saturday")
    #expect(answer.events.map(\.artist) == ["Crescent Brass Band"])
    #expect(
      answer.notes == [
        "No event of Ada Quintet: Saturday, 2026-05-30. The next one is on 2026-06-02 at Blue Door."
      ])
    #expect(try world.ask("Ada Quintet").notes.isEmpty)
    #expect(try world.ask("Ada Quintet").events.first?.artist == "Ada Quintet")
  }

  @Test("A venue without coordinates is its street, and the answer says so")
  func unlocated() throws {
    try world.addVenue("Lost Lounge", street: "610 Frenchmen Street")
    let answer = try world.ask("brass near the Lost Lounge on June 6")
    #expect(answer.events.map(\.venue) == ["Blue Door"])
    #expect(answer.notes.first?.contains("coordinates") == true)
  }
}
