import Foundation
import TestSupport
import Testing

@testable import festvibes

/// The command line and `make` read the same settings from one `.env`.
@Suite(".env, read by two programs")
struct EnvironmentFileAgreementTests {
  static let files = [
    "NAME=first\nNAME=second", "NAME = spaces around", "NAME= 'a # b' ", "export\tNAME=tab", "export  NAME=two spaces",
    "NAME=", "NAME=\"\"", "NAME=\"open", "NAME='", "  NAME=indented\r", "#NAME=1", "exported NAME=1", "NAME", "1NAME=2",
    "NAME=\nNAME=later", "NAME=a=b?c&d", "NAME=$HOME `id`", "exportNAME=1", "NAME=last line without an end",
  ]

  @Test("festvibes and statemachine/local/dotenv agree", arguments: files)
  func agreement(text: String) throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "festvibes-\(UUID().uuidString).env")
    try Data(text.utf8).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../statemachine/local/dotenv")
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "source \"$0\" \"$1\"; printf %s \"${NAME-unset}\"", script.path, file.path]
    process.environment = [:]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let shell = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(EnvironmentFile.read(file.path)["NAME", default: "unset"] == shell)
  }
}
