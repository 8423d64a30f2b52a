import Foundation
import Spreadsheet
import TestSupport
import Testing

/// Compares each cell, kind and value to the bit, with what xlrd and openpyxl read.
@Suite("Cells as the references read them")
struct ReferenceTests {
  private static let python = SourceFiles.root.appending(path: ".local/venv/bin/python").path
  private static let script = SourceFiles.root.appending(path: "Tests/Spreadsheet/workbooks.py").path

  private static var isInstalled: Bool {
    (try? ChildProcess(python, ["-c", "import openpyxl, xlrd, xlsxwriter, xlwt"]).wait()) == 0
  }

  private static func workbooks(in folder: URL) throws -> [URL] {
    try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.pathExtension != "cells" }.sorted { $0.path < $1.path }
  }

  private func compare(_ file: URL) throws -> Int {
    let expected = try String(contentsOf: file.appendingPathExtension("cells"), encoding: .utf8)
      .utf8.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    let found = try SheetText.lines([UInt8](Data(contentsOf: file)), expected: expected)
    #expect(!expected.isEmpty)
    if found != expected {
      let different = zip(expected, found).filter { $0 != $1 }.prefix(5).map { "\($0)   but \($1)" }
      Issue.record(
        "\(file.lastPathComponent): \(found.count) of \(expected.count) lines\n\(different.joined(separator: "\n"))")
    }
    return expected.count
  }

  @Test("Workbooks of the repository: of every kind, and those with the forms of two statistics offices")
  func fixtures() throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    let workbooks = try Self.workbooks(in: folder)
    #expect(workbooks.count == 13)
    let lines = try workbooks.map(compare).reduce(0, +)
    #expect(lines > 6000)
  }

  @Test(
    "Workbooks of random cells, made now",
    .enabled(if: isInstalled, "openpyxl and others are not in .local/venv; statemachine/local/install puts them there"))
  func random() throws {
    let environment = ProcessInfo.processInfo.environment
    let seed = environment["SPREADSHEET_SEED"] ?? "\(UInt32.random(in: 0 ... .max))"
    let folder = FileManager.default.temporaryDirectory.appending(path: "workbooks-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let output = folder.appending(path: "output.cells").path
    let variables = ["PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"]
    func run(_ arguments: [String]) throws {
      let status = try ChildProcess(Self.python, [Self.script] + arguments, environment: variables, output: output)
        .wait()
      #expect(status == 0, "\((try? String(contentsOfFile: output, encoding: .utf8)) ?? "")")
    }
    try run(["make", folder.path, seed, "\(Robustness.amount(10))"])
    let workbooks = try Self.workbooks(in: folder)
    try run(["read"] + workbooks.map(\.path))
    let lines = try workbooks.map(compare).reduce(0, +)
    #expect(lines > 2000, "seed \(seed): SPREADSHEET_SEED=\(seed) makes these workbooks again")
  }
}
