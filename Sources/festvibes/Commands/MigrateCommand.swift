import ArgumentParser

struct MigrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate", abstract: "Bring the database to the schema of this version.",
    discussion: """
      Applies the migrations that the database in PG_DATABASE_URL lacks, each in a transaction, and names them. Safe to \
      run at any time and from several places; a database of system 000 keeps its data.
      """)

  func run() throws {
    let applied = try Stores(Settings()).migrate()
    guard !applied.isEmpty else { return print("The database is up to date.") }
    for name in applied { print("applied \(name)") }
  }
}
