import Foundation
import Search
import Time

extension SearchReport {
  /// The JSON object. A member that is not known, and a part that the question does not ask for, is null.
  struct Object: Encodable {
    struct Event: Encodable {
      let eventID: Int
      let date: String
      @OrNull var time: String?
      let artist: String
      let venue: String
      @OrNull var address: String?
      let genres: [String]
      @OrNull var href: String?
      @OrNull var distance: Double?
      let score: Double
      let parts: Parts
      let matchedWords: [String]

      enum CodingKeys: String, CodingKey {
        case date, time, artist, venue, address, genres, href, score, parts
        case eventID = "event_id"
        case distance = "distance_m"
        case matchedWords = "matched_words"
      }
    }

    struct Parts: Encodable {
      @OrNull var meaning: Double?
      @OrNull var text: Double?
      @OrNull var description: Double?
      @OrNull var artist: Double?
      @OrNull var venue: Double?
      @OrNull var genre: Double?
      @OrNull var words: Double?
      @OrNull var names: Double?
      @OrNull var genres: Double?
      @OrNull var time: Double?
      @OrNull var place: Double?
      @OrNull var date: Double?
    }

    let question: String
    let today: String
    /// Days, hours and place of the events, in words.
    let readAs: String
    let genres: [String]
    let artists: [String]
    /// The text that was compared by meaning; empty for none.
    let meaning: String
    /// True if something that the question asks for was left out.
    let relaxed: Bool
    let notes: [String]
    let events: [Event]

    enum CodingKeys: String, CodingKey {
      case question, today, genres, artists, meaning, relaxed, notes, events
      case readAs = "read_as"
    }
  }

  func json(today: CalendarDate) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let question = answer.question
    let object = Object(
      question: question.text, today: today.description, readAs: answer.readAs, genres: question.genres,
      artists: question.artists.map(\.name), meaning: question.meaning, relaxed: answer.isRelaxed, notes: answer.notes,
      events: answer.events.map(Object.Event.init))
    return String(decoding: try encoder.encode(object), as: UTF8.self)
  }
}

extension SearchReport.Object.Event {
  init(_ event: FoundEvent) {
    eventID = event.id
    date = event.date.description
    time = event.time
    artist = event.artist
    venue = event.venue
    address = event.address
    genres = event.genres
    href = event.href
    distance = event.distance
    score = event.score
    parts = SearchReport.Object.Parts(event.parts)
    matchedWords = event.matchedWords
  }
}

extension SearchReport.Object.Parts {
  init(_ parts: FoundEvent.Parts) {
    meaning = parts.meaning
    text = parts.text
    description = parts.description
    artist = parts.artist
    venue = parts.venue
    genre = parts.genre
    words = parts.words
    names = parts.names
    genres = parts.genres
    time = parts.time
    place = parts.place
    date = parts.date
  }
}
