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
      #expect(try TerminalProcess(arguments, of: Self.stack).shown == Self.escaped)
      let piped = try TerminalProcess(arguments + ["site"], of: Self.stack, with: .error)
      #expect(piped.piped == String(decoding: Self.log, as: UTF8.self))
    }
  }

  @Test(
    "An error that quotes an argument or a log is escaped on a terminal",
    .enabled(if: isInstalled, "statemachine/local/install makes .local/venv"))
  func failure() throws {
    try withLog { arguments in
      let ran = try TerminalProcess(arguments + ["no\u{1B}[2J\u{202E}"], of: Self.stack, with: .error)
      #expect(ran.status == 1)
      #expect(ran.shown == "stack: there is no log named no\\u001b[2J\\u202e; the logs are: site\n")
    }
  }
}
