import ArgumentParser
import Contracts
import Foundation
import Links

struct LinksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "links", abstract: "Show which artists and venues are one in two sources, and decide about pairs.",
    discussion: """
      Without a subcommand it lists the pairs that are linked: rows of the tables of concerts, and those of the catalog. A \
      pair is linked by its score, or by a verdict of yours, which always wins. Nothing is merged.

      --review shows what needs a person: pairs whose score is too low for a link and too high to be forgotten, and artists \
      of whom a source has several as good ones; each with the commands that decide.

      First it compares what changed since the last time, as the enrichment does at the end of a run; --no-update leaves \
      that, and reads only.

      Reads and writes the database in PG_DATABASE_URL.

      Exit status: 0; 1 if a row does not exist, or the database cannot be read; 64 for invalid arguments.
      """,
    subcommands: [SameCommand.self, DifferentCommand.self, UndecideCommand.self])

  @Flag(help: "Show the doubtful pairs, with the commands to decide.")
  var review = false

  @Flag(inversion: .prefixedNo, help: "Compare first what changed since the last time.")
  var update = true

  @Flag(help: "Show pairs of every state.")
  var all = false

  @Option(help: "Only of these: artist or venue.")
  var entity: LinkedEntity?

  @Option(help: "The number of pairs at most.")
  var limit = 100

  @Flag(help: "Print one JSON object.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard limit > 0 else { throw ValidationError("--limit is at least 1") }
    guard !review || !all else { throw ValidationError("give either --review or --all") }
  }

  func run() throws {
    let states: [EntityLink.State] = all ? EntityLink.State.allCases : review ? [.doubtful] : [.linked, .same]
    let report = try Stores(common.settings()).linking { database, deadline in
      let counts = update ? try LinkService(database).run(deadline: deadline) : nil
      let links = try EntityLinks(database).list(entity, in: states, deadline: deadline)
      return LinksReport(links: links, isReview: review, limit: limit, update: counts)
    }
    try Output.lines(json ? [report.json()] : report.lines(for: .standardOutput()), styled: !json)
  }
}

/// The pair that a command decides about.
struct LinkOptions: ParsableArguments {
  @Argument(help: "artist or venue.")
  var entity: LinkedEntity

  @Argument(help: ArgumentHelp("The id in the tables of concerts: 12.", valueName: "id"))
  var left: String

  @Argument(help: ArgumentHelp("The id in the catalog: spotify_6xCJ….", valueName: "catalog id"))
  var right: String

  @OptionGroup var common: CommonOptions

  func decide(_ verdict: LinkVerdict) throws {
    let person = ProcessInfo.processInfo.environment["USER"].flatMap { $0.isEmpty ? nil : $0 }
    try Stores(common.settings()).linking { database, deadline in
      try EntityLinks(database).decide(verdict, entity, left: left, right: right, by: person, deadline: deadline)
    }
    try Output.lines(["\(entity.rawValue) \(left) and \(right): \(verdict.rawValue)"])
  }
}

struct SameCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "same", abstract: "Decide that two rows are one artist or venue.")

  @OptionGroup var pair: LinkOptions

  func run() throws { try pair.decide(.same) }
}

struct DifferentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "different", abstract: "Decide that two rows are two artists or venues.")

  @OptionGroup var pair: LinkOptions

  func run() throws { try pair.decide(.different) }
}

struct UndecideCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "undecide", abstract: "Forget what was decided about a pair: its score counts again.")

  @OptionGroup var pair: LinkOptions

  func run() throws {
    let isForgotten = try Stores(pair.common.settings()).linking { database, deadline in
      try EntityLinks(database).undecide(pair.entity, left: pair.left, right: pair.right, deadline: deadline)
    }
    let name = "\(pair.entity.rawValue) \(pair.left) and \(pair.right)"
    guard isForgotten else {
      throw CommandError("nothing was decided about \(name)\n\(NextStep("links --review").line)")
    }
    try Output.lines(["\(name): not decided any more"])
  }
}

extension LinkedEntity: ExpressibleByArgument {}
