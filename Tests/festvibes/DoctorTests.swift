import Contracts
import Foundation
import TestSupport
import Testing

@testable import festvibes

/// `festvibes doctor` where nothing responds. The integration tests have the stores.
@Suite("The command doctor")
struct DoctorTests {
  private static let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:etl"
  private static let planted = "hunter2-S3cret"

  private func environment(port: some CustomStringConvertible) -> [String: String] {
    [
      "AWS_ENDPOINT_URL": "http://127.0.0.1:\(port)", "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": Self.planted,
      "STATE_MACHINE_ARN": Self.machine, "AWS_REGION": "us-east-1",
      "PG_DATABASE_URL": "postgresql://u:\(Self.planted)@127.0.0.1:\(port)/d",
      "REDIS_URL": "redis://default:\(Self.planted)@127.0.0.1:\(port)/0",
    ]
  }

  private func findings(_ output: String) throws -> [String: [String: String]] {
    let object = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    let checks = try #require(object["checks"] as? [[String: String]])
    #expect(object["ok"] as? Bool == checks.allSatisfy { $0["outcome"] != "wrong" })
    return Dictionary(uniqueKeysWithValues: checks.compactMap { check in check["name"].map { ($0, check) } })
  }

  @Test("After a problem of the definition, the next command is the one that prints all of them")
  func definition() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "doctor-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder.appending(path: "keyed"), withIntermediateDirectories: true)
    try Data(
      """
      dataset_id: keyed
      data_type: things
      extract: {plugin: http, url: "https://x.example/", auth: {kind: bearer, secret: KEYED_TOKEN}}
      parse: {plugin: json}
      load: {plugin: postgres, table: things, key: id, columns: {id: text}}
      """.utf8
    ).write(to: folder.appending(path: "keyed/dataset.yaml"))
    let ran = try FestVibesProcess(
      "doctor", "--json", "--dataset", "keyed",
      environment: environment(port: FreePort.find()).merging(["DATASETS_DIR": folder.path]) { $1 })
    let scraper = try findings(ran.output)["settings of the scraper"]
    #expect(scraper?["detail"]?.contains("the variable KEYED_TOKEN has no value") == true)
    #expect(scraper?["next"]?.hasSuffix("check keyed") == true)
  }

  @Test("Each store that does not respond is one line with the next command, and no secret")
  func dead() throws {
    let ran = try FestVibesProcess("doctor", environment: environment(port: FreePort.find()))
    #expect(ran.status == 1)
    for name in ["clock", "state machine", "bucket", "postgres", "redis"] {
      let lines = try Regex("✗ \(name): [^\n]+\n  next: make up\n")
      #expect(ran.output.contains(lines), "\(name): \(ran.output)")
    }
    #expect(ran.output.contains("- functions: not checked, because of the state machine\n"))
    #expect(ran.output.contains("✓ settings of the loader: valid\n"))
    #expect(!(ran.output + ran.error).contains(Self.planted))
    let json = try findings(
      FestVibesProcess("doctor", "--json", environment: environment(port: FreePort.find())).output)
    #expect(json["postgres"]?["outcome"] == "wrong" && json["postgres"]?["next"] == "make up")
    #expect(json["source"]?["outcome"] == "skipped")
  }

  @Test("A deployment's store that does not respond leads to the log of a function that uses it")
  func deployment() throws {
    var environment = environment(port: try FreePort.find())
    for name in ["STATES", "S3", "LAMBDA"] { environment["AWS_ENDPOINT_URL_\(name)"] = environment["AWS_ENDPOINT_URL"] }
    let doctor = Doctor(
      settings: Settings(environment.filter { $0.key != "AWS_ENDPOINT_URL" }),
      dataset: Dataset.wwoz,
      includesSource: false)
    guard case .wrong(let next) = doctor.postgres().outcome else {
      Issue.record("Postgres on a closed port is ok")
      return
    }
    #expect(next.command.hasSuffix("logs --function Loader --errors --since 1h"))
  }

  @Test("An optional function that is not deployed is nothing wrong, and any other one is")
  func functions() throws {
    let server = try ScriptedServer { _ in
      .http(404, [("x-amzn-ErrorType", "ResourceNotFoundException")], #"{"Message":"Function not found"}"#)
    }
    let port = try #require(URL(string: server.url)?.port)
    let doctor = Doctor(settings: Settings(environment(port: port)), dataset: Dataset.wwoz, includesSource: false)
    let enricher = doctor.function("Enricher")
    #expect(enricher == Finding(name: "function Enricher", outcome: .skipped, detail: "not deployed; it is optional"))
    #expect(doctor.function("Loader").isWrong)
  }

  @Test("Wrong settings are named with the reason, without their values")
  func settings() throws {
    var environment = environment(port: try FreePort.find())
    environment["MIN_LISTING_RATIO"] = Self.planted
    environment["LOG_LEVEL"] = "LOUD\(Self.planted)"
    environment["TZ"] = "Mars"
    environment["SOURCE_REQUESTS_PER_SECOND"] = Self.planted
    environment["REDIS_SOCKET_TIMEOUT"] = Self.planted
    let ran = try FestVibesProcess("doctor", "--json", environment: environment)
    let found = try findings(ran.output)
    #expect(found["settings of the loader"]?["detail"]?.hasPrefix("MIN_LISTING_RATIO must be a number") == true)
    #expect(found["settings of the scraper"]?["detail"]?.contains("SOURCE_REQUESTS_PER_SECOND") == true)
    #expect(found["settings of the cache manager"]?["detail"]?.contains("REDIS_SOCKET_TIMEOUT") == true)
    #expect(found["log level"]?["next"] == "unset LOG_LEVEL")
    #expect(found["time zone"]?["next"] == "unset TZ")
    #expect(!(ran.output + ran.error).contains(Self.planted), "\(ran.error)")
  }

  @Test("Without any setting, each check says how to set them")
  func nothingSet() throws {
    let ran = try FestVibesProcess("doctor", "--json")
    let found = try findings(ran.output)
    for name in ["settings of the loader", "state machine", "postgres", "redis"] {
      #expect(found[name]?["next"] == "make up && . .local/env", "\(name)")
      #expect(found[name]?["detail"]?.contains("is not set") == true)
    }
    #expect(ran.status == 1)
  }

  @Test("A clock that differs from AWS's is found")
  func clock() throws {
    let server = try ScriptedServer { _ in
      .http(400, [("Date", "Fri, 31 May 2024 19:00:00 GMT")], "{}")
    }
    let port = try #require(URL(string: server.url)?.port)
    let ran = try FestVibesProcess("doctor", "--json", environment: environment(port: port))
    let clock = try findings(ran.output)["clock"]
    #expect(clock?["detail"]?.contains(" s ahead of AWS") == true)
    #expect(clock?["next"] == "sudo timedatectl set-ntp true")
  }

  @Test("Lines are styled only with colours")
  func styles() {
    let report = DoctorReport(findings: [
      Finding(name: "a", outcome: .ok, detail: "fine"),
      Finding(name: "b", outcome: .wrong(next: NextStep(shell: "make up")), detail: "down"),
      Finding(name: "c", outcome: .skipped, detail: "not asked"),
    ])
    #expect(report.lines(colors: false) == ["✓ a: fine", "✗ b: down", "  next: make up", "- c: not asked"])
    #expect(report.lines(colors: true)[1] == "\u{1B}[31m✗ b: down\u{1B}[0m")
  }
}
