import Contracts
import Datasets
import Loading
import TestSupport
import Testing

@testable import festvibes

@Suite("Stores of the commands")
struct StoresTests {
  @Test("A setting that is missing is one that the local stack would set; a wrong one leads to the check of all")
  func hint() {
    let missing = #expect(throws: CommandError.self) { try Stores(Settings([:])).migrate() }
    #expect(missing?.description == "PG_DATABASE_URL is not set\n\(Settings.hint)")
    let wrong = #expect(throws: CommandError.self) {
      try Stores(Settings(["PG_DATABASE_URL": "mysql://u:p@h/d"])).migrate()
    }
    #expect(
      wrong?.description
        == "PG_DATABASE_URL: the address must begin with postgresql://\n\(NextStep("doctor").line)")
  }

  @Test(
    "A store that cannot be read leads to the check that says what to do", arguments: ["rejected", "migrate", "show"])
  func away(command: String) throws {
    let ran = try FestVibesProcess(
      command, environment: ["PG_DATABASE_URL": "postgresql://u:p@127.0.0.1:1/d", "REDIS_URL": "redis://127.0.0.1:1"])
    #expect(ran.status == 1)
    #expect(ran.error.hasPrefix("Error: ") && ran.error.contains("127.0.0.1:1"), "\(ran.error)")
    #expect(ran.error.hasSuffix("\nnext: \(FestVibesProcess.binary.path) doctor\n"), "\(ran.error)")
  }

  @Test("Wrong settings of a dataset's sinks do not stop the ledger, and are named when the sinks are asked for")
  func sinkSettings() throws {
    let stores = Stores(Settings(["PG_DATABASE_URL": "postgresql://u:p@127.0.0.1:1/d", "MIN_LISTING_RATIO": "7"]))
    let definition = try RepositoryDatasets.catalog(LoadingRegistry.known).definition(nil)
    let loading = try stores.loading("test")
    let error = #expect(throws: PipelineError.self) { try loading.sinks(for: definition) }
    #expect(error == PipelineError(.configurationInvalid, "MIN_LISTING_RATIO must be a number from 0.0 to 1.0"))
    #expect(
      try Stores(Settings(["PG_DATABASE_URL": "postgresql://u:p@127.0.0.1:1/d"])).loading("test")
        .sinks(for: definition).count == 1)
  }
}
