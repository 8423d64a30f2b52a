import ArgumentParser

struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Migrate the database to the schema of this version.",
    discussion: """
      Applies the migrations that the database in PG_DATABASE_URL lacks, and reports what it merges, sets to null and \
      removes. Safe to run at any time and from several places at once; a legacy database keeps its data. Views, rules, \
      triggers and policies that are in the way are dropped and created again. Everything is one transaction, except \
      indexes on tables of 100,000 rows or more: those are built while others read and write, and an interrupted build \
      goes on with the next migrate. A database with the extension vector also gets the columns and indexes of the \
      embeddings; --embeddings creates that extension.
      """)

  @Flag(help: "Report what would be done, in a transaction that is rolled back. It holds the same locks meanwhile.")
  var dryRun = false

  @Flag(help: "Print the report as one JSON object.")
  var json = false

  @Flag(help: "Create the extension vector (pgvector), if this user may, and what embeddings need.")
  var embeddings = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if dryRun && embeddings { throw ValidationError("--embeddings has no dry run: leave out one of the two") }
  }

  func run() throws {
    let stores = Stores(common.settings())
    let building = { (index: String) in Output.errorLine("building the index \(index)") }
    let report = try stores.migrate(isDryRun: dryRun, progress: building)
    if !dryRun {
      let notes = try stores.prepareEmbeddings(creatingExtension: embeddings, progress: building)
      for note in notes ?? [] { Output.errorLine("embeddings: \(note)") }
      if embeddings, notes == [] { Output.errorLine("The database is prepared for embeddings.") }
    }
    let text = MigrationText(report: report, isDryRun: dryRun)
    let consequence = dryRun ? "Nothing was changed" : "The database is of this version now"
    if json { return try Output.lines([text.json()], ifLost: consequence) }
    try Output.lines(text.lines(for: .standardOutput()), styled: true, ifLost: consequence)
  }
}
