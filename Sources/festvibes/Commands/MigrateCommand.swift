import ArgumentParser

struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Migrate the database to the schema of this version.",
    discussion: """
      Applies the migrations that the database in PG_DATABASE_URL lacks, and reports what it merges, sets to null and \
      removes. Safe to run at any time and from several places at once; a legacy database keeps its data. Views, rules, \
      triggers and policies that are in the way are dropped and created again. Everything is one transaction, except \
      indexes on tables of 100,000 rows or more: those are built while others read and write, and an interrupted build \
      goes on with the next migrate. Embeddings need --embeddings, and the read API --api: they prepare the database after that.
      """)

  @Flag(help: "Report what would be done, in a transaction that is rolled back. It holds the same locks meanwhile.")
  var dryRun = false

  @Flag(help: "Print the report as one JSON object.")
  var json = false

  @Flag(
    help: "Then create the extension vector (pgvector), if this user may, and the columns and indexes of embeddings.")
  var embeddings = false

  @Flag(
    help: "Then create what the read API needs: the role festvibes_reader, which may only read, and indexes of items.")
  var api = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if dryRun && embeddings { throw ValidationError("--embeddings has no dry run: leave out one of the two") }
    if dryRun && api { throw ValidationError("--api has no dry run: leave out one of the two") }
  }

  func run() throws {
    let stores = Stores(common.settings())
    let building = { (index: String) in Output.errorLine("building the index \(index)") }
    let report = try stores.migrate(isDryRun: dryRun, progress: building)
    let text = MigrationText(report: report, isDryRun: dryRun)
    let consequence = dryRun ? "Nothing was changed" : "The database is of this version now"
    let lines = json ? [try text.json()] : text.lines(for: .standardOutput())
    try Output.lines(lines, styled: !json, ifLost: consequence)
    if api {
      let notes = try stores.prepareAPI(progress: building)
      for note in notes { Output.errorLine("api: \(note)") }
      if notes.isEmpty { Output.errorLine("The database is prepared for the read API.") }
    }
    guard embeddings else { return }
    let notes = try stores.prepareEmbeddings(progress: building)
    for note in notes { Output.errorLine("embeddings: \(note)") }
    if notes.isEmpty { Output.errorLine("The database is prepared for embeddings.") }
  }
}
