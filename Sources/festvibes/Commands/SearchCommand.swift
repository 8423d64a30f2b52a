import ArgumentParser
import Contracts
import Foundation
import Search
import Time

struct SearchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "search", abstract: "Find events by a question in words.",
    discussion: """
      Reads days, hours, places, genres and artists from the question, as in "brass band near Frenchmen Street on Saturday \
      night"; the rest is compared with the events by meaning, on this machine. What the question asks for and no event \
      has is left out, and said so. Options are never left out.

      Reads PG_DATABASE_URL. The model is EMBEDDING_WEIGHTS, else .local/weights, where `make weights` puts it; only a \
      question with something to compare needs it.

      Exit status: 1 if no event is found, or the search is not possible; 64 for invalid arguments.
      """)

  @Argument(help: "The question. Without one, all events that the options leave.")
  var text: [String] = []

  @Option(help: "The day: 2024-05-31, today, tomorrow, friday.")
  var date: String?

  @Option(help: "The first day.")
  var from: String?

  @Option(help: "The last day.")
  var to: String?

  @Option(help: "A point, LAT,LNG in degrees; or a venue, street or city of the database.")
  var near: String?

  @Option(help: "The distance in metres up to which something is near (default: 1000).")
  var within: Double?

  @Option(help: "A genre that the event or its artist has; may be repeated.")
  var genre: [String] = []

  @Option(help: "The number of events, 1 to 1000.")
  var limit = 10

  @Option(help: "The day on which the question is asked (default: today, in the dataset's zone).")
  var today: String?

  @Flag(help: "Show the parts of each score.")
  var explain = false

  @Flag(help: "Do not cut texts to the terminal's width.")
  var wide = false

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  private var question: String { text.joined(separator: " ") }

  func validate() throws {
    guard date == nil || from == nil && to == nil else { throw ValidationError("give --date, or --from and --to") }
    guard (1...1000).contains(limit) else { throw ValidationError("--limit is 1 to 1000") }
    if let within, !(within > 0 && within <= 1_000_000) { throw ValidationError("--within is 1 to 1000000 metres") }
    let options = try options(today: CalendarDate(daysSinceEpoch: 0))
    if let days = options.days, let from = days.from, let to = days.to, from > to, date == nil {
      throw ValidationError("--from is after --to")
    }
    _ = try day(today, "--today")
  }

  private func day(_ text: String?, _ name: String) throws -> NamedDay? {
    try text.map { text in try withUsage { try NamedDay(text, of: name) } }
  }

  private func options(today: CalendarDate) throws -> SearchOptions {
    var options = SearchOptions(within: within, genres: genre, limit: limit)
    if let date = try day(date, "--date")?.date(today: today) {
      options.days = Days(from: date, to: date)
    } else if from != nil || to != nil {
      options.days = Days(
        from: try day(from, "--from")?.date(today: today), to: try day(to, "--to")?.date(today: today))
    }
    guard let near else { return options }
    if let point = try SearchPoint(near) {
      options.place = Place("near \(near)", point: point.value, within: within ?? SearchOptions.near)
    } else {
      options.placeName = near
    }
    return options
  }

  func run() throws {
    let hasOption = date != nil || from != nil || to != nil || near != nil || !genre.isEmpty
    guard !text.isEmpty || hasOption else { throw ValidationError("give a question, such as: jazz on Friday night") }
    let dataset = try dataset.resolve()
    let now = try dataset.timeZoneRules().localDate(at: Date())
    let today = try day(today, "--today")?.date(today: now) ?? now
    let options = try options(today: today)
    let answer = try Stores(common.settings().withLocalWeights()).searching(dataset) { search, deadline in
      try search.answer(question, options: options, today: today, deadline: deadline)
    }
    guard within == nil || near != nil || answer.question.place != nil else {
      throw CommandError("--within needs a place: give --near, or name one that the database has in the question")
    }
    let report = SearchReport(answer: answer, isExplained: explain, isWide: wide)
    try Output.lines(json ? [report.json(today: today)] : report.lines(for: .standardOutput()), styled: !json)
    if answer.events.isEmpty { throw ExitCode.failure }
  }
}
