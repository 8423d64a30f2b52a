import ArgumentParser

struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Migrate the database to the schema of this version.",
    discussion: """
      Applies the migrations that the database in PG_DATABASE_URL lacks, and reports what it merges, sets to null and \
      removes. Safe to run at any time and from several places at once; a legacy database keeps its data. Views, rules, \
      triggers and policies that are in the way are dropped and created again. Everything is one transaction, except \
      indexes on tables of 100,000 rows or more: those are built while others read and write, and an interrupted build \
      goes on with the next migrate.
      """)

  @Flag(help: "Report what would be done, in a transaction that is rolled back. It holds the same locks meanwhile.")
  var dryRun = false

  @Flag(help: "Print the report as one JSON object.")
  var json = false

  @OptionGroup var common: CommonOptions

  func run() throws {
    let report = try Stores(common.settings()).migrate(isDryRun: dryRun) {
      Output.errorLine("building the index \($0)")
    }
    let text = MigrationText(report: report, isDryRun: dryRun)
    let consequence = dryRun ? "Nothing was changed" : "The database is of this version now"
    if json { return try Output.lines([text.json()], ifLost: consequence) }
    try Output.lines(text.lines(for: .standardOutput()), styled: true, ifLost: consequence)
  }
}
