import Foundation
import TestSupport
import Testing

/// The local stack's stand-ins for Ticketmaster and Spotify: when they are wanted, and who gets which key.
@Suite("Variables of Ticketmaster's and Spotify's stand-ins")
struct ConcertAPIVariablesTests {
  private static let python = SourceFiles.root.appending(path: ".local/venv/bin/python").path

  /// Returns `NAME=VALUE` of the settings that the stack makes of an environment; invented secrets are `invented`.
  private func settings(_ environment: [String: String]) throws -> Set<String> {
    let folder = FileManager.default.temporaryDirectory.appending(path: "stack-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let output = folder.appending(path: "output").path
    let script = """
      import sys
      sys.path.insert(0, sys.argv[1])
      from services.concert_apis import ConcertAPIs
      from services.home import Home
      home = Home(sys.argv[2])
      home.memory["ports"]["concert-apis"] = 7
      apis = ConcertAPIs(home)
      values = apis.settings()
      own = set(home.memory["secrets"].values())
      for name, value in values.items():
          print(f"{name}={'invented' if value in own else value}")
      """
    let process = try ChildProcess(
      Self.python,
      ["-c", script, SourceFiles.root.appending(path: "statemachine/local").path, folder.appending(path: "home").path],
      environment: ["PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"].merging(environment) { $1 }, output: output
    )
    #expect(process.wait() == 0)
    return Set(try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").map(String.init))
  }

  private let ticketmaster: Set = [
    "TICKETMASTER_URL=http://127.0.0.1:7/discovery/v2", "API_TICKETMASTER_API_KEY=invented",
  ]
  private let spotify: Set = [
    "SPOTIFY_URL=http://127.0.0.1:7/v1", "SPOTIFY_ACCOUNTS_URL=http://127.0.0.1:7", "API_SPOTIFY_CLIENT_ID=invented",
    "API_SPOTIFY_CLIENT_SECRET=invented",
  ]
  private let test: Set = ["TEST_CONCERT_APIS_URL=http://127.0.0.1:7"]

  @Test(
    "A dataset that reads an API has a stand-in with invented keys, and no other dataset has one",
    .enabled(if: FileManager.default.isExecutableFile(atPath: python), "make install"))
  func wanted() throws {
    #expect(try settings([:]).isEmpty)
    #expect(try settings(["DATASET": "wwoz"]).isEmpty)
    #expect(try settings(["DATASET": "nosuch"]).isEmpty)
    for dataset in ["ticketmaster_events", "ticketmaster_venues", "spotify_artists"] {
      #expect(try settings(["DATASET": dataset]) == ticketmaster.union(spotify).union(test))
    }
  }

  @Test(
    "With a key of one's own the API itself is read, and the stand-in gets no such key",
    .enabled(if: FileManager.default.isExecutableFile(atPath: python), "make install"))
  func ownKeys() throws {
    let real = try settings(["DATASET": "ticketmaster_events", "API_TICKETMASTER_API_KEY": "real"])
    #expect(
      real
        == spotify.union(test).union(["TICKETMASTER_URL=None", "API_TICKETMASTER_API_KEY=real"]))
    // The environment file of another stack.
    let other = try settings([
      "DATASET": "ticketmaster_events", "TEST_CONCERT_APIS_URL": "http://127.0.0.1:9",
      "TICKETMASTER_URL": "http://127.0.0.1:9/discovery/v2", "API_TICKETMASTER_API_KEY": "theirs",
    ])
    #expect(other == ticketmaster.union(spotify).union(test))
  }
}
