import Foundation
import TestSupport
import Testing

/// `.ci/building`, behind which `make` builds.
@Suite("Builds that say what they wait for")
struct BuildingTests {
  private static let script = SourceFiles.root.appending(path: ".ci/building")

  private func run(_ script: String, onTerminal: Bool = true) throws -> TerminalProcess {
    let folder = FileManager.default.temporaryDirectory.appending(path: "building-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    return try TerminalProcess(
      ["bash", "-c", script], of: Self.script,
      environment: ["LOG_FOLDER": folder.path, "PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""],
      with: onTerminal ? .output : .error)
  }

  @Test("A terminal shows the step and the time, and then only the result")
  func progress() throws {
    let ran = try run("echo '[312/900] Compiling Scraper ItemScrape.swift'; sleep 1.5")
    #expect(ran.status == 0)
    #expect(ran.shown.contains("building… step 312 of 900 known so far, 1 s"))
    #expect(try #require(ran.shown.split(separator: "\r").last).wholeMatch(of: /\u{1B}\[Kbuilding… [1-9] s\n?/) != nil)
  }

  @Test("Another build, or a running test, that holds the folder is named")
  func waiting() throws {
    let text =
      "Another instance of SwiftPM (PID: 1) is already running using '.build', waiting until that process has finished execution..."
    let ran = try run("echo \"\(text)\"; sleep 1")
    #expect(ran.shown.contains("waiting for another build or test in .build, process 1 ("))
  }

  @Test("A failure shows the errors, also in a pipe")
  func failure() throws {
    let ran = try run("echo '[1/2] Compiling'; echo '/a/b.swift:1:2: error: no such thing'; exit 3", onTerminal: false)
    #expect(ran.status == 1)
    #expect(ran.piped.hasPrefix("building…\nbuilding… failed; the full output is in /"), "\(ran.piped)")
    #expect(ran.piped.hasSuffix("/a/b.swift:1:2: error: no such thing\n"))
    #expect(!ran.piped.contains("\u{1B}"))
  }
}
