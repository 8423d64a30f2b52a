import Foundation
import TestSupport
import Testing

/// `stack logs`, which shows what sites, clients and functions sent.
@Suite("Logs of the local stack")
struct StackLogsTests {
  private static let stack = SourceFiles.root.appending(path: "statemachine/local/stack")
  private static let isInstalled = FileManager.default.fileExists(
    atPath: SourceFiles.root.appending(path: ".local/venv/bin/python").path)
  /// With a character cut in the middle at its end.
  private static let log = Array("a\u{1B}[2Jb\u{9B}31mc\u{202E}d\u{2028}e\u{E0041}f 🎷 👩‍🎤\tg\nh".utf8) + [0xFF, 0xC3]
  private static let escaped = #"a\u001b[2Jb\u009b31mc\u202ed\u2028e\udb40\udc41f 🎷 👩‍🎤"# + "\tg\nh\u{FFFD}\u{FFFD}"

  private func withLog(_ body: (_ arguments: [String]) throws -> Void) throws {
    let home = FileManager.default.temporaryDirectory.appending(path: "logs-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: home.appending(path: "logs"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: home) }
    try Data(Self.log).write(to: home.appending(path: "logs/site.log"))
    try body(["--home", home.path, "logs"])
  }

  @Test(
    "On a terminal what it would obey is escaped as festvibes does; a pipe gets every byte",
    .enabled(if: isInstalled, "statemachine/local/install makes .local/venv"))
  func logs() throws {
    try withLog { arguments in
      let ran = try TerminalProcess(arguments + ["site"], of: Self.stack)
      #expect(ran.status == 0)
      #expect(ran.shown == Self.escaped, "\(ran.shown.debugDescription)")
      let piped = try TerminalProcess(arguments + ["site"], of: Self.stack, with: .error)
      #expect(piped.piped == String(decoding: Self.log, as: UTF8.self))
    }
  }

  @Test(
    "A stack that was never started says what to do next",
    .enabled(if: isInstalled, "statemachine/local/install makes .local/venv"))
  func next() throws {
    let home = FileManager.default.temporaryDirectory.appending(path: "down-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: home) }
    let logs = try TerminalProcess(["--home", home.path, "logs"], of: Self.stack, with: .error)
    #expect(logs.status == 0 && logs.piped.isEmpty)
    #expect(logs.shown.contains("no function has written to its log yet; next: make run"), "\(logs.shown)")
    let status = try TerminalProcess(["--home", home.path, "status"], of: Self.stack, with: .error)
    #expect(status.status == 3)
    let last = status.piped.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("next: statemachine/local/stack --home ") && last.hasSuffix(" up"), "\(status.piped)")
  }

  @Test(
    "To clean a stack deletes its data, and neither installed tools nor another stack within its folder",
    .enabled(if: isInstalled, "statemachine/local/install makes .local/venv"))
  func clean() throws {
    let (home, files) = (
      FileManager.default.temporaryDirectory.appending(path: "clean-\(UUID().uuidString)"), FileManager.default
    )
    defer { try? files.removeItem(at: home) }
    let run = { try TerminalProcess(["--home", home.path, "clean"], of: Self.stack, with: .error).status }
    for path in ["venv/a", "lint/a", "demo/stack.json", "logs/a", "s3/a/b", "redis/a"] {
      let file = home.appending(path: path)
      try files.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data().write(to: file)
    }
    #expect(try run() == 0)
    #expect(try files.contentsOfDirectory(atPath: home.path).sorted() == ["demo", "lint", "venv"])
    for name in ["demo", "lint", "venv"] { try files.removeItem(at: home.appending(path: name)) }
    #expect(try run() == 0)
    #expect(!files.fileExists(atPath: home.path))
  }

  /// Two functions, whose lines are to be merged by time, with metrics and the emulator's lines of every invocation.
  private static let functions = [
    "Scraper": """
    START RequestId: 1 Version: $LATEST
    {"timestamp":"2024-05-31T19:00:00.250Z","level":"INFO","message":"first","run":"nightly","item":"2024-05-31","pages":3}
    Fatal error: \u{1B}[2J crash
    {"_aws":{},"timestamp":"2024-05-31T19:00:00.300Z","level":"INFO","Function":"f","run":"nightly"}
    31 May 2024 19:00:03,000 [WARNING] (rapid) Reset initiated: SandboxTerminated
    31 May 2024 19:00:04,500 [ERROR] (rapid) Init failed

    """,
    "Loader": """
    {"timestamp":"2024-05-31T19:00:02.000Z","level":"WARN","message":"third","requestId":"r"}
    {"timestamp":"2024-05-31T18:59:59.999Z","level":"ERROR","message":"zeroth","run":"nightly"}
    END RequestId: 1
    {"timestamp":"2024-05-31T19:00:09.000Z","level":"INFO","message":"no line end yet"}
    """,
  ]

  @Test(
    "Without a name, the functions' lines are shown by time, with level, run and item, without metrics",
    .enabled(if: isInstalled, "statemachine/local/install makes .local/venv"))
  func functions() throws {
    try withLog { arguments in
      for (name, text) in Self.functions {
        try Data(text.utf8).write(to: URL(filePath: "\(arguments[1])/logs/\(name).log"))
      }
      let expected = [
        "2024-05-31 18:59:59.999 UTC ERROR Loader nightly - zeroth",
        "2024-05-31 19:00:00.250 UTC INFO  Scraper nightly 2024-05-31 first pages=3",
        "2024-05-31 19:00:00.250 UTC -     Scraper - - Fatal error: \u{1B}[2J crash",
        "2024-05-31 19:00:02.000 UTC WARN  Loader - - third",
        "2024-05-31 19:00:04.500 UTC ERROR Scraper - - Init failed",
      ]
      let piped = try TerminalProcess(arguments, of: Self.stack, with: .error)
      #expect(piped.piped == expected.joined(separator: "\n") + "\n", "\(piped.shown)")
      let shown = try TerminalProcess(arguments, of: Self.stack).shown
      #expect(shown.contains(#"Fatal error: \u001b[2J crash"#))
      #expect(!shown.contains("\u{1B}"))
      let one = try TerminalProcess(arguments + ["Loader"], of: Self.stack, with: .error)
      #expect(one.piped == [expected[0], expected[3]].joined(separator: "\n") + "\n")
    }
  }

  @Test(
    "An error that quotes an argument or a log is escaped on a terminal",
    .enabled(if: isInstalled, "statemachine/local/install makes .local/venv"))
  func failure() throws {
    try withLog { arguments in
      let ran = try TerminalProcess(arguments + ["no\u{1B}[2J\u{202E}"], of: Self.stack, with: .error)
      #expect(ran.status == 1)
      #expect(
        ran.shown
          == "stack: there is no log named no\\u001b[2J\\u202e; the logs are: site, DateRangeGenerator, Scraper, Loader, CacheManager\n"
      )
    }
  }
}
