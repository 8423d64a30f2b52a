import Contracts
import Enrichment
import Postgres
import TestSupport
import Testing
import Time

@testable import Search

@Suite("Search of events", .enabled(if: TestDatabase.hasVectors, withVectors))
final class EventSearchTests {
  private let world: SearchWorld

  /// Four venues: two on one street, one 2 km away, one whose coordinates are unknown.
  init() throws {
    world = try SearchWorld()
    try world.addVenue("Blue Door", street: "600 Frenchmen Street", at: (29.9640, -90.0580), locality: "New Orleans")
    try world.addVenue("Copper Room", street: "623 Frenchmen St.", at: (29.9643, -90.0577), locality: "New Orleans")
    try world.addVenue("Uptown Porch", street: "501 Napoleon Avenue", at: (29.9176, -90.1011), locality: "New Orleans")
    try world.addVenue("Hidden Yard", street: "12 Oak Street", locality: "Mandeville")
    try world.addArtist("Crescent Brass Band", description: "brass parade music", genres: ["Brass Band"])
    try world.addArtist("Ada Quintet", description: "quiet piano jazz", genres: ["Jazz"])
    try world.addArtist("Bayou Steppers", description: "accordion dance", genres: ["Zydeco"])
  }

  private func addSaturday() throws {
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 21:00", description: "an evening of piano")
    try world.addEvent("Crescent Brass Band", "Copper Room", "2026-05-30 22:00", description: "second line brass")
    try world.addEvent("Crescent Brass Band", "Uptown Porch", "2026-05-30 20:00", description: "second line brass")
    try world.addEvent("Bayou Steppers", "Hidden Yard", "2026-05-30 12:00", description: "accordion and dance")
    try world.addEvent("Crescent Brass Band", "Blue Door", "2026-06-06 22:00", description: "second line brass")
  }

  @Test("finds what the issue asks for, with every part of its score")
  func example() throws {
    try addSaturday()
    let answer = try world.ask("brass band near Frenchmen Street on Saturday night")
    #expect(answer.events.map(\.venue) == ["Copper Room", "Blue Door"])
    #expect(answer.notes.isEmpty)
    #expect(answer.readAs == "Saturday, 2026-05-30, 19:00 to 04:00, near Frenchmen Street (within 1000 m)")
    let best = try #require(answer.events.first)
    #expect(best.time == "22:00")
    #expect(best.genres == ["Brass Band"])
    #expect(best.distance == 0)
    #expect(best.matchedWords.sorted() == ["band", "brass"])
    let parts = best.parts
    for part in [parts.meaning, parts.text, parts.description, parts.artist, parts.genre, parts.words, parts.genres] {
      #expect((try #require(part)) > 0)
    }
    #expect(parts.time == 1)
    #expect(parts.place == 1)
    #expect(parts.names == nil)
    #expect((0...1).contains(best.score))
    #expect(zip(answer.events, answer.events.dropFirst()).allSatisfy { $0.score >= $1.score })
  }

  @Test("A question that names nothing, and of which no event has a word, gets the nearest in meaning, with a note")
  func unknownWords() throws {
    try addSaturday()
    let answer = try world.ask("zzzzqqq")
    #expect(!answer.events.isEmpty)
    #expect(answer.notes == ["No event has a word of the question: these are the nearest in meaning, however far."])
    #expect(try world.ask("parade").notes.isEmpty)
    #expect(try world.ask("zzzzqqq on Saturday").notes.isEmpty)
  }

  @Test("A cancelled event is not found, nor one of another source")
  func cancelled() throws {
    try world.addEvent("Crescent Brass Band", "Blue Door", "2026-05-30 21:00", status: "cancelled")
    try world.addEvent("Crescent Brass Band", "Copper Room", "2026-05-30 21:00")
    try world.connection.query(
      "update events set source = 'other' where venue_name = 'Copper Room'", deadline: world.deadline)
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30 20:00")
    #expect(try world.ask("brass band on Saturday").events.map(\.artist) == ["Ada Quintet"])
  }

  @Test("An event without a vector is found by its words, names and genres")
  func withoutVector() throws {
    try addSaturday()
    try world.connection.query(
      """
      update events set event_text_embedding = null, description_embedding = null where artist_name like 'Bayou%'
      """, deadline: world.deadline)
    try world.connection.query(
      "update artists set description_embedding = null where name like 'Bayou%'", deadline: world.deadline)
    let found = try #require(try world.ask("accordion on Saturday").events.first)
    #expect(found.artist == "Bayou Steppers")
    #expect(found.parts.text == nil)
    #expect(try #require(found.parts.words) > 0)
    #expect(try world.ask("zydeco").events.first?.artist == "Bayou Steppers")
  }

  @Test("A night ends in the morning of the next day")
  func afterMidnight() throws {
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-31 01:00")
    try world.addEvent("Bayou Steppers", "Blue Door", "2026-05-31 11:00")
    try world.addEvent("Crescent Brass Band", "Blue Door", "2026-05-30 00:30")
    let night = try world.ask("Saturday night").events
    #expect(night.map(\.artist) == ["Ada Quintet", "Crescent Brass Band"])
    #expect(night.map(\.parts.time) == [1, 0])
    #expect(try world.ask("Saturday after midnight").events.map(\.artist) == ["Ada Quintet"])
    #expect(try world.ask("Saturday after 9 pm").events.map(\.artist) == ["Ada Quintet"])
  }

  @Test("An unknown time is kept, and weighs half")
  func unknownTime() throws {
    try world.addEvent("Ada Quintet", "Blue Door", "2026-05-30")
    let found = try #require(try world.ask("jazz on Saturday after 9 pm").events.first)
    #expect(found.time == nil)
    #expect(found.parts.time == 0.5)
  }

  @Test("Distances are those of the sphere")
  func distance() throws {
    try addSaturday()
    let place = Place("near the point", point: .init(latitude: 29.9640, longitude: -90.0580), within: 10_000)
    let events = try world.ask("brass", options: SearchOptions(place: place, limit: 20)).events
    #expect(!events.contains { $0.venue == "Hidden Yard" })
    let far = try #require(events.first { $0.venue == "Uptown Porch" }?.distance)
    // By the haversine formula, computed apart.
    #expect(abs(far - 6624) < 10, "\(far)")
    let near = try world.ask("brass", options: SearchOptions(placeName: "Frenchmen Street", within: 200)).events
    #expect(Set(near.map(\.venue)) == ["Blue Door", "Copper Room"])
  }

  @Test("A question without a text needs no model: it lists the days in their order")
  func withoutText() throws {
    try addSaturday()
    let search = try world.search(model: Self.noModel)
    let today = try #require(CalendarDate(wednesday))
    let answer = try search.answer("What's on this weekend?", today: today, deadline: world.deadline)
    #expect(answer.events.map(\.time) == ["12:00", "20:00", "21:00", "22:00"])
    #expect(throws: SearchError.modelMissing("not opened")) {
      try search.answer("brass", today: today, deadline: self.world.deadline)
    }
  }

  private static func noModel() throws(PipelineError) -> any TextEmbedder {
    throw PipelineError(.configurationInvalid, "not opened")
  }

  @Test("Options take the place of what the question says")
  func options() throws {
    try addSaturday()
    let day = try #require(CalendarDate("2026-06-06"))
    #expect(
      try world.ask("brass on Saturday", options: SearchOptions(days: Days(from: day, to: day))).events.map(\.date)
        == [day])
    #expect(
      try world.ask("something", options: SearchOptions(genres: ["zydeco"])).events.map(\.artist) == ["Bayou Steppers"])
    #expect(try world.ask("brass", options: SearchOptions(limit: 1)).events.count == 1)
    #expect(throws: SearchError.placeUnknown("Nowhere")) {
      try self.world.ask("brass", options: SearchOptions(placeName: "Nowhere"))
    }
    #expect(throws: SearchError.genreUnknown("polka", known: ["Brass Band", "Jazz", "Zydeco"])) {
      try self.world.ask("brass", options: SearchOptions(genres: ["polka"]))
    }
  }

  @Test("Odd input is a question, too")
  func oddInput() throws {
    try addSaturday()
    let questions = [
      "", "   ", "the", "🎺", "'); drop table events; --", "' or 1=1 --", "\\", "%_%", "a:* & !b | (c", "\"", "''''",
      "<script>", String(repeating: "brass & ", count: 2000), "\u{202E}brass", "😀 on Saturday", "brass\u{0}band",
    ]
    for text in questions { #expect(try !world.ask(text).events.isEmpty, "\(text)") }
    let row = try #require(
      try world.connection.query("select count(*) as n from events", deadline: world.deadline).first)
    let count: Int = try row["n"]
    #expect(count == 5)
  }
}
