import ArgumentParser

struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the data dictionary, and the JSON Schema of the cached day.",
    discussion: """
      Lists the tables and views that this version makes: columns, types, and what they mean. With --live it reads the \
      database in PG_DATABASE_URL instead, which may have more. --json and --markdown also print the JSON Schema of the \
      value of events:YYYY-MM-DD in Redis.
      """)

  @Argument(help: "Only these tables.")
  var tables: [String] = []

  @Flag(help: "Print one JSON object.")
  var json = false

  @Flag(help: "Print Markdown.")
  var markdown = false

  @Flag(help: "Read the database instead.")
  var live = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    if json && markdown { throw ValidationError("--json and --markdown exclude each other") }
  }

  func run() throws {
    let dictionary = try (live ? read() : DataDictionary.current).selecting(tables)
    let text = SchemaText(dictionary: dictionary)
    if json { return try Output.lines([text.json()]) }
    if markdown { return try Output.lines(text.markdown()) }
    try Output.lines(dictionary.lines(for: .standardOutput()), styled: true)
  }

  private func read() throws -> DataDictionary {
    try Stores(common.settings()).loading("festvibes-schema") {
      try DataDictionary(reading: $0.database, deadline: $1)
    }
  }
}
