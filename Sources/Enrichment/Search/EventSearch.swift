import Contracts
import Enrichment
import Ledger
import Text
import Time

/// Searches the database's events.
public final class EventSearch {
  /// Opens the model.
  public typealias Model = () throws(PipelineError) -> any TextEmbedder

  let database: Database
  let source: String
  let zone: String
  let model: Model

  /// - Parameters:
  ///   - source: the source whose events are searched.
  ///   - zone: the time zone of its days and clocks.
  ///   - model: the model of the database's vectors. It is opened only for a question with a text to compare.
  public init(_ database: Database, source: String, zone: TimeZoneRules, model: @escaping Model) {
    self.database = database
    self.source = source
    self.zone = zone.identifier
    self.model = model
  }

  /// Answers a question.
  /// - Parameter today: the local day on which it is asked.
  /// - Throws: `SearchError`.
  public func answer(
    _ text: String, options: SearchOptions = SearchOptions(), today: CalendarDate, deadline: Deadline
  ) throws(SearchError) -> SearchAnswer {
    try checkFunctions(deadline: deadline)
    let names = try knownNames(deadline: deadline)
    let parser = QuestionParser(names: names, today: today)
    let question = parser.question(text)
    let options = try resolved(options, parser, names)
    var vector: String?
    var modelNotes: [String] = []
    if !question.meaning.isEmpty {
      try checkVectors(deadline: deadline)
      let (numbers, version) = try embedded(question.meaning)
      vector = Self.literal(numbers)
      modelNotes = try otherModels(than: version, from: today, deadline: deadline)
    }
    let asked = Criteria(question, options, today: today)
    var criteria = asked
    var events = try found(asked, vector, options.limit, deadline)
    if events.isEmpty {
      for relaxed in asked.relaxed(today: today) {
        events = try found(relaxed, vector, options.limit, deadline)
        criteria = relaxed
        if !events.isEmpty { break }
      }
    }
    let isRelaxed = criteria != asked && !events.isEmpty
    var notes = modelNotes + notes(asked, isRelaxed ? criteria : nil, isEmpty: events.isEmpty)
    notes += try artistNotes(question, asked, events, today, deadline)
    if question.isUnread, !events.isEmpty, events.allSatisfy(\.matchedWords.isEmpty) {
      notes.append("No event has a word of the question: these are the nearest in meaning, however far.")
    }
    return SearchAnswer(
      question: question, readAs: (isRelaxed ? criteria : asked).description, notes: notes, isRelaxed: isRelaxed,
      events: events)
  }

  private func embedded(_ text: String) throws(SearchError) -> (vector: [Float], version: String) {
    do throws(PipelineError) {
      let model = try model()
      return (try model.embed(text), model.version)
    } catch { throw .modelMissing(error.message) }
  }

  /// Finds the place and the genres that the options name.
  private func resolved(
    _ options: SearchOptions, _ parser: QuestionParser, _ names: KnownNames
  ) throws(SearchError) -> SearchOptions {
    var options = options
    if let name = options.placeName {
      guard let place = parser.place(name, within: options.within ?? SearchOptions.near) else {
        throw .placeUnknown(name)
      }
      options.place = place
    }
    var genres: [String] = []
    for name in options.genres {
      let found = parser.genres(name)
      guard !found.isEmpty else { throw .genreUnknown(name, known: names.genres) }
      genres += found
    }
    options.genres = genres.uniqued()
    return options
  }

  private func notes(_ asked: Criteria, _ relaxed: Criteria?, isEmpty: Bool) -> [String] {
    var notes: [String] = []
    if asked.place?.lacksCoordinates == true, let place = asked.place {
      notes.append("The coordinates of the place are unknown: \(place.description) is what is in its street.")
    }
    let all = asked.description.isEmpty ? "" : ": \(asked.description)"
    if isEmpty { notes.append("No event\(all.isEmpty ? " is listed" : all).") }
    if let relaxed {
      let shown = relaxed.description.isEmpty ? "what comes next, anywhere" : relaxed.description
      let widened = relaxed.place == nil && asked.place != nil && !relaxed.description.isEmpty ? ", anywhere" : ""
      let later = !relaxed.hasDays && asked.hasDays && !relaxed.description.isEmpty ? ", on any day" : ""
      let hours = asked.hours?.isRequired == true && relaxed.hours?.isRequired == false ? ", at any time" : ""
      notes.append("No event\(all); showing \(shown)\(widened)\(later)\(hours).")
    }
    return notes
  }

  /// Says when an artist of the question plays next, if none of the events is by the artist.
  private func artistNotes(
    _ question: Question, _ asked: Criteria, _ events: [FoundEvent], _ today: CalendarDate, _ deadline: Deadline
  ) throws(SearchError) -> [String] {
    guard let artist = question.artists.first, !events.contains(where: { $0.parts.names == 1 }) else { return [] }
    guard let next = try nextEvent(of: question.artists.map(\.id), from: today, deadline: deadline) else {
      return ["No event of \(artist.name) is listed from \(today) on."]
    }
    let what = asked.hasDays || asked.place != nil ? asked.description : "is listed"
    return ["No event of \(artist.name): \(what). The next one is on \(next.date) at \(next.venue)."]
  }

  /// The form in which pgvector reads a vector.
  static func literal(_ vector: [Float]) -> String { "[\(vector.map(\.description).joined(separator: ","))]" }
}
