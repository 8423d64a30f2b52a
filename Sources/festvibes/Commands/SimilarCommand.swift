import ArgumentParser
import Contracts
import Foundation
import Search
import Time

struct SimilarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "similar", abstract: "Find the artists most like one.",
    discussion: """
      Compares what the artists' pages say by the vectors in the database, their genres, and the source's own links between \
      artists. Reads PG_DATABASE_URL, and needs no model.

      Exit status: 1 if there is no such artist, or none like it; 64 for invalid arguments.
      """)

  @Argument(help: "The artist's name.")
  var artist: [String] = []

  @Option(help: "The number of artists, 1 to 1000.")
  var limit = 10

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var dataset: DatasetOption
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard (1...1000).contains(limit) else { throw ValidationError("--limit is 1 to 1000") }
  }

  func run() throws {
    guard !artist.isEmpty else { throw ValidationError("give the name of an artist") }
    let dataset = try dataset.resolve()
    let today = try dataset.timeZoneRules().localDate(at: Date())
    let name = artist.joined(separator: " ")
    let found = try Stores(common.settings().withLocalWeights()).searching(dataset) { search, deadline in
      try search.similar(to: name, limit: limit, today: today, deadline: deadline)
    }
    let report = SimilarReport(artist: found.artist, similar: found.similar)
    try Output.lines(json ? [report.json()] : report.lines(for: .standardOutput()), styled: !json)
    if found.similar.isEmpty { throw ExitCode.failure }
  }
}
