import Foundation
import TestSupport
import Testing
import Time

// Within the runs, since it runs the pipeline on their stack, and serves a source on the stack's port.
extension RunTests {
  /// `festvibes doctor` and `festvibes logs` on the local stack.
  @Suite("Doctor and logs on the local stack", .enabled(if: LocalStack.isUp, "start the stack: make test"))
  struct DoctorOnStackTests {
    private let environment = LocalStack.environment.filter { name, _ in
      ["AWS_", "PG_", "REDIS_", "S3_", "STATE_"].contains { name.hasPrefix($0) }
    }

    /// The checks that are wrong: their names, details and next commands.
    private func wrong(_ changes: [String: String]) throws -> [[String]] {
      let ran = try FestVibesProcess("doctor", "--json", environment: environment.merging(changes) { $1 })
      let object = try #require(try JSONSerialization.jsonObject(with: Data(ran.output.utf8)) as? [String: Any])
      let checks = try #require(object["checks"] as? [[String: String]])
      let secrets = changes.values.filter { $0.contains("wr0ng") } + [environment["AWS_SECRET_ACCESS_KEY"] ?? ""]
      for secret in secrets { #expect(!ran.output.contains(secret)) }
      #expect(!ran.output.contains("wr0ng") && !ran.error.contains("wr0ng"))
      return checks.filter { $0["outcome"] == "wrong" }.map {
        [$0["name"] ?? "", $0["detail"] ?? "", $0["next"] ?? ""]
      }
    }

    private func replacing(password: String, in name: String) throws -> String {
      var url = try #require(URLComponents(string: environment[name] ?? ""))
      url.password = password
      return try #require(url.string)
    }

    @Test("With the stack's own settings nothing is wrong")
    func healthy() throws {
      #expect(try wrong([:]).isEmpty)
    }

    @Test("A wrong password, bucket, machine or key is named with what to do")
    func broken() throws {
      let database = try wrong(["PG_DATABASE_URL": replacing(password: "wr0ng", in: "PG_DATABASE_URL")])
      #expect(database.map { $0[0] } == ["postgres"])
      let cache = try wrong(["REDIS_URL": replacing(password: "wr0ng", in: "REDIS_URL")])
      #expect(cache.map { $0[0] } == ["redis"])
      #expect(cache[0][1].contains("is not accepted"))
      let bucket = try wrong(["S3_BUCKET_NAME": "no-such-bucket"])
      #expect(bucket.map { $0[0] } == ["bucket"])
      #expect(bucket[0][2] == "make up")
      let machine = try wrong(["STATE_MACHINE_ARN": (environment["STATE_MACHINE_ARN"] ?? "") + "x"])
      #expect(machine.map { $0[0] } == ["state machine"])
      let key = try wrong(["AWS_SECRET_ACCESS_KEY": "wr0ng"])
      #expect(key.map { $0[0] } == ["state machine", "bucket"])
      #expect(key.allSatisfy { $0[2] == ". .local/env" }, "\(key)")
    }

    @Test("An empty database is in order, because the first load makes the schema; an older schema needs a migration")
    func schema() throws {
      let database = try TestDatabase()
      #expect(try wrong(["PG_DATABASE_URL": database.url]).isEmpty)
      _ = try FestVibesProcess("migrate", environment: environment.merging(["PG_DATABASE_URL": database.url]) { $1 })
      try database.connect().query(
        "delete from schema_migrations where version = (select max(version) from schema_migrations)",
        deadline: Deadline(after: .seconds(30), on: SystemTime()))
      let found = try wrong(["PG_DATABASE_URL": database.url])
      #expect(found.map { $0[0] } == ["postgres"])
      #expect(found[0][2].hasSuffix(" migrate"))
    }

    @Test("The lines of a run are found in all four functions' logs")
    func logs() throws {
      let site = try SourceSite.sample(port: LocalStack.sitePort)
      defer { site.stop() }
      let run = try LocalStack().run(from: "2026-03-01", to: "2026-03-02")
      let ran = try FestVibesProcess("logs", "--run", run.execution.name, environment: environment)
      #expect(ran.status == 0, "\(ran.error)")
      for item in ["2026-03-01", "2026-03-02"] {
        for function in ["Scraper", "Loader", "CacheManager"] {
          #expect(ran.output.contains(" INFO  \(function) \(run.execution.name) \(item) "), "\(function)")
        }
      }
      #expect(!ran.output.contains("_aws"))
      let one = try FestVibesProcess(
        "logs", "--run", run.execution.name, "--item", "2026-03-02", "--function", "Scraper", environment: environment)
      #expect(one.output.split(separator: "\n").allSatisfy { $0.contains(" 2026-03-02 ") })
      #expect(!one.output.isEmpty)
    }
  }
}
