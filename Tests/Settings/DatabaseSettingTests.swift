import Contracts
import Settings
import Testing

@Suite("The setting of the database")
struct DatabaseSettingTests {
  private static let url = ["PG_DATABASE_URL": "postgresql://h/d"]
  private static let dataset = Dataset(id: "prices", dataType: "x", timeZone: "UTC", extractor: "http", sinks: [])

  private func read(
    _ environment: [String: String], isOptional: Bool = false
  ) throws(PipelineError) -> DatabaseSetting {
    var configuration = Configuration(environment: environment)
    let setting = DatabaseSetting(from: &configuration, isOptional: isOptional)
    try configuration.validate()
    return setting
  }

  @Test("A function without PG_DATABASE_URL starts only if LEDGER=off says that it is meant")
  func ofFunction() throws {
    #expect(try read(Self.url).url == "postgresql://h/d")
    for environment in [[:], ["LEDGER": "on"], ["LEDGER": ""], ["PG_DATABASE_URL": ""]] {
      #expect(throws: PipelineError(.configurationInvalid, "PG_DATABASE_URL is not set")) { try read(environment) }
    }
    let off = try read(["LEDGER": "off"])
    #expect(off.url == nil && off.absence == "LEDGER is off")
    #expect(off.missing == PipelineError(.configurationInvalid, "no ledger, and no other table: LEDGER is off"))
  }

  @Test("A process that runs one dataset needs no LEDGER=off; a database that is named is used")
  func ofProcess() throws {
    let none = try read([:], isOptional: true)
    #expect(none.url == nil && none.absence == "PG_DATABASE_URL is not set")
    #expect(try read(Self.url, isOptional: true).url == "postgresql://h/d")
    #expect(try read(["LEDGER": "off"], isOptional: true).absence == "LEDGER is off")
    // A deployment that has lost its variable must not go on without a ledger.
    #expect(throws: PipelineError(.configurationInvalid, "PG_DATABASE_URL is not set")) {
      try read(["LEDGER": "on"], isOptional: true)
    }
  }

  @Test(
    "LEDGER=off beside a database is a contradiction, and so is another word",
    arguments: [
      (["LEDGER": "off"].merging(url) { $1 }, "LEDGER is off, and PG_DATABASE_URL is set: delete one of them"),
      (
        ["LEDGER": "off", "PG_DATABASE_URL_SECRET_ARN": "arn:aws:x"],
        "LEDGER is off, and PG_DATABASE_URL is set: delete one of them"
      ),
      (["LEDGER": "false"].merging(url) { $1 }, "LEDGER must be on or off"),
    ])
  func wrong(environment: [String: String], message: String) {
    for isOptional in [false, true] {
      let error = #expect(throws: PipelineError.self) { try read(environment, isOptional: isOptional) }
      #expect(error?.name == .configurationInvalid && error?.message.hasPrefix(message) == true, "\(error as Any)")
    }
  }

  @Test("Without a database a dataset that needs one is refused by name, with the parts that need it")
  func refusal() throws {
    let off = try read(["LEDGER": "off"])
    #expect(throws: Never.self) { try off.check(Self.dataset, needs: []) }
    #expect(throws: Never.self) { try read(Self.url).check(Self.dataset, needs: ["the sink postgres"]) }
    #expect(
      throws: PipelineError(
        .databaseMissing,
        "LEDGER is off, and the dataset prices needs a database: the sink postgres, state.kind postgres")
    ) { try off.check(Self.dataset, needs: ["the sink postgres", "state.kind postgres"]) }
    #expect(
      throws: PipelineError(
        .databaseMissing, "PG_DATABASE_URL is not set, and the dataset prices needs a database: the sink postgres")
    ) { try read([:], isOptional: true).check(Self.dataset, needs: ["the sink postgres"]) }
  }
}
