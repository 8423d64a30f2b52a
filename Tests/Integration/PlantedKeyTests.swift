import Foundation
import HTTP
import TestSupport
import Testing
import Time

/// Google's key, which the enricher sends in the address of each request, appears nowhere else.
@Suite(
  "A planted key of the geocoder",
  .enabled(
    if: PlantedWorld.isPossible && Binaries.optionalFunctions.contains("Enricher"),
    "start the services: ENRICH=1 make test")
)
struct PlantedKeyTests {
  private static let name = "GOOGLE_MAPS_API_KEY"
  private static let venue = """
    insert into venues (name, thoroughfare, locality, state, postal_code)
    values ('Paper Moon', '7 Poplar Walk', 'New Orleans', 'LA', '70117')
    """

  /// Enriches a database of one venue, and expects no trace of the key in what anybody sees.
  private func enrich(_ world: PlantedWorld, _ changes: [String: String]) throws -> (run: FunctionRun, rows: String) {
    let environment = world.environment(changes.merging([Self.name: "{raw}", "GEOCODER": "google"]) { $1 })
    #expect(try FestVibesProcess(["migrate"], environment: environment).status == 0)
    try world.execute(Self.venue)
    let run = try FunctionRun("Enricher", #"{"dataset":"wwoz","run":"nightly"}"#, environment: environment)
    #expect(run.log.contains(#""_aws""#), "no metrics")
    #expect(run.processes.contains("/Enricher"))
    #expect(world.secret.traces(in: run.everything) == [])
    let rows = try world.rows().values.joined(separator: "\n")
    #expect(world.secret.traces(in: rows) == [])
    for key in world.s3.keys { #expect(world.secret.traces(in: key + (try world.object(key))) == []) }
    return (run, rows)
  }

  @Test("is in use, and in no log, metric, row or process list")
  func found() throws {
    let world = try PlantedWorld()
    let port = try FreePort.find()
    let script = SourceFiles.root.appending(path: "statemachine/local/geocoder.py").path
    // As the stack starts it: it refuses another key.
    let geocoder = try ChildProcess(
      "/usr/bin/python3", [script, "--port", "\(port)"],
      environment: [
        "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", Self.name: world.secret.value(Self.name),
      ])
    defer { geocoder.stop() }
    let deadline = Deadline(after: .seconds(20), on: SystemTime())
    let probe = HTTPRequest("GET", "http://127.0.0.1:\(port)/~probe/requests")
    while (try? HTTPClient().send(probe, deadline: deadline)) == nil {
      try #require(!deadline.hasPassed && !geocoder.hasEnded)
      usleep(50_000)
    }
    let (run, rows) = try enrich(world, ["GEOCODER_URL": "http://127.0.0.1:\(port)"])
    #expect(run.errorType == nil, "\(run.everything)")
    let geocoded = try #require(run.body?["geocoded"] as? [String: Int])
    #expect(geocoded["found"] == 1, "\(run.everything)")
    #expect(rows.contains("29.965"))
    for arguments in [["geocode"], ["status"], ["doctor"]] {
      let ran = try FestVibesProcess(
        arguments, environment: world.environment([Self.name: "{raw}", "GEOCODER": "google"]))
      #expect(world.secret.traces(in: ran.output + ran.error) == [], "\(arguments)")
    }
  }

  @Test(
    "is in no error, whatever the geocoder responds",
    arguments: [
      #"{"status": "REQUEST_DENIED", "error_message": "The provided API key is invalid: {echo}"}"#,
      #"{"status": "OVER_DAILY_LIMIT", "error_message": "{echo}"}"#, #"{"status": "{echo}"}"#, #"{echo}"#, "",
    ])
  func refused(response: String) throws {
    let world = try PlantedWorld()
    let asked = Locked(0)
    let server = try ScriptedServer { request in
      asked.change { $0 += 1 }
      let status = response.isEmpty ? 403 : 200
      return .http(status, [("X-Echo", request.target)], response.replacing("{echo}", with: request.target))
    }
    defer { server.stop() }
    let (run, _) = try enrich(world, ["GEOCODER_URL": server.url])
    #expect(asked.change { $0 } > 0)
    #expect(run.errorType == nil && run.log.contains("Google"), "\(run.everything)")
  }

  @Test(
    "is in no message about a setting or a server that is wrong",
    arguments: [
      ("http://127.0.0.1:1", "127.0.0.1"), ("http://user:{plain}@127.0.0.1:1", "GEOCODER_URL"),
      ("http://127.0.0.1:1/?key={plain}", "GEOCODER_URL"),
    ])
  func wrong(url: String, clue: String) throws {
    let (run, _) = try enrich(PlantedWorld(), ["GEOCODER_URL": url])
    #expect(run.errorType == nil && run.log.contains(clue), "\(run.everything)")
  }
}
