import APIRouting
import APISupport
import Contracts
import Enrichment
import JSON
import Search
import Time

/// `GET /search`: events by a question in English. Only a program that has the model can answer it. The function of AWS
/// does not: the weights would double its image and its memory.
public struct SearchRoute: Sendable {
  private let database: APIDatabase
  private let source: String
  private let zone: TimeZoneRules
  private let model: @Sendable () throws(PipelineError) -> any TextEmbedder

  /// The comparison of a month's vectors takes a second.
  private static let timeout = Duration.seconds(10)

  /// - Parameters:
  ///   - source: the source whose events are searched.
  ///   - zone: the time zone of its days and clocks.
  ///   - model: opens the model of the database's vectors: for each request its own, since it is not for
  ///     several threads.
  public init(
    _ database: APIDatabase, source: String, zone: TimeZoneRules,
    model: @escaping @Sendable () throws(PipelineError) -> any TextEmbedder
  ) {
    self.database = database
    self.source = source
    self.zone = zone
    self.model = model
  }

  public var route: Route {
    Route(
      "GET", "/search",
      [
        RouteParameter(
          "q", .text(longest: 500), required: true, "The question: what, when, where; the first hundred words count"
        ).documented(example: "brass band near Frenchmen Street on Saturday night"),
        RouteParameter("limit", .integer(1...100), standard: "10", "The most events of a response"),
      ], maxAge: 60, "Events by a question in English, the best first"
    ) { try respond($0) }
    .documented(SearchDocumentation.search)
  }

  private func respond(_ call: RouteCall) throws -> APIResponse {
    guard call.text("q")?.contains(where: { !$0.isWhitespace }) == true else {
      throw APIProblem.parameters([.init("q", "must have a question; GET /events lists events without one")])
    }
    let today = zone.localDate(at: call.now)
    let found: SearchAnswer
    do {
      found = try database.read(within: Self.timeout) { database, _, deadline in
        let search = EventSearch(database, source: source, zone: zone) { () throws(PipelineError) in try model() }
        return try search.answer(
          call.text("q") ?? "", options: SearchOptions(limit: call.integer("limit") ?? 10), today: today,
          deadline: deadline)
      }
    } catch let error as SearchError {
      switch error {
      case .database(let error): throw error
      default: throw APIProblem(404, "The search cannot be done: \(error)")
      }
    }
    return APIResponse(
      json: [
        "read_as": .string(found.readAs), "is_relaxed": .bool(found.isRelaxed),
        "notes": .array(found.notes.map { .string($0) }), "items": .array(found.events.map(Self.item)),
      ])
  }

  private static func item(_ event: FoundEvent) -> JSONValue {
    [
      "id": .number(JSONNumber(event.id)), "date": .string("\(event.date)"), "local_time": .text(event.time),
      "artist": .string(event.artist), "venue": .string(event.venue), "address": .text(event.address),
      "genres": .array(event.genres.map { .string($0) }),
      "distance_m": event.distance.map { .number(JSONNumber(Int($0.rounded()))) } ?? .null,
      "score": JSONNumber((event.score * 10_000).rounded() / 10_000).map { .number($0) } ?? .null,
      "matched_words": .array(event.matchedWords.map { .string($0) }),
    ]
  }
}

extension JSONValue {
  fileprivate static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}
