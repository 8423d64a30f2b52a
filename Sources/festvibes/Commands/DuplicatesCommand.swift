import ArgumentParser
import Contracts
import Foundation
import Similarity

struct DuplicatesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "duplicates", abstract: "Report artists or venues of the catalog that look like one.",
    discussion: """
      Of a list, the first stays, and each later one that is similar enough is its duplicate. Artists are compared by name, \
      venues by name and city, of which the less similar counts. Nothing is removed or merged: the scores take any part of a \
      name for the whole, so that many of these are two. It prints one JSON object.

      Reads the catalog in PG_DATABASE_URL, by source and id; or a file with a JSON list of objects, which needs no database: \
      of artists (artist_id, name), of venues (venue_id, name, city), or with --pairs of pairs (kind, a, b) to compare.

      Exit status: 0; 1 if the file or the database cannot be read; 64 for invalid arguments.
      """)

  @Option(help: "artists or venues; of a file of pairs, those without a kind of their own.")
  var kind: DuplicateKind = .artists

  @Option(help: "The similarity of a duplicate, 0 to 1 (default: 0.85 for artists, 0.80 for venues).")
  var threshold: Double?

  @Flag(help: "Compare the pairs of the file, and print all scores of each.")
  var pairs = false

  @Flag(help: "Print one JSON object; without it, too.")
  var json = false

  @Argument(help: "A file with a JSON list, instead of the catalog.")
  var file: String?

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard threshold.map({ (0...1).contains($0) }) ?? true else { throw ValidationError("--threshold is 0 to 1") }
    guard !pairs || file != nil else { throw ValidationError("--pairs needs a file") }
  }

  func run() throws {
    try Output.lines([text()])
  }

  private func text() throws -> String {
    guard let file else { return try report(Stores(common.settings()).catalogRows(of: kind)) }
    let list = try DuplicateFile(path: file)
    guard pairs else { return try report(list.rows(of: kind)) }
    return try PairScores(list.pairs(kind: kind), threshold: threshold).json()
  }

  private func report(_ rows: [DuplicateSearch.Row]) throws -> String {
    var search = DuplicateSearch(rows)
    return try DuplicatesReport(
      report: search.report(threshold: threshold ?? kind.threshold), kind: kind,
      threshold: threshold ?? kind.threshold
    ).json()
  }
}
