import ArgumentParser

struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Migrate the database to the schema of this version.",
    discussion: """
      Applies the migrations that the database in PG_DATABASE_URL lacks, all in one transaction, and names them. Safe \
      to run at any time and from several places at once; a legacy database keeps its data.
      """)

  @OptionGroup var common: CommonOptions

  func run() throws {
    let applied = try Stores(common.settings()).migrate()
    try Output.lines(
      applied.isEmpty ? ["The database is up to date."] : applied.map { "applied \($0)" },
      ifLost: "The database is of this version now")
  }
}
