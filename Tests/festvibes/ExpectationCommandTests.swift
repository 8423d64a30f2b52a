import Foundation
import TestSupport
import Testing

@testable import festvibes

/// Expectations in `check`, in `try` and in the reports of a run.
@Suite("Commands and expectations")
final class ExpectationCommandTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "expect-\(UUID().uuidString)")

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func definition(_ rules: String, normalize: String = "", _ rest: String = "") throws -> String {
    let file = folder.appending(path: "d/dataset.yaml")
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    let text = """
      dataset_id: d
      data_type: items
      extract: {plugin: file, path: x.json}
      parse: {plugin: json}
      \(normalize)
      expect:
      \(rules)
      \(rest)
      """
    try Data(text.utf8).write(to: file)
    return file.path
  }

  private func run(_ arguments: String...) throws -> FestVibesProcess {
    try FestVibesProcess(arguments, environment: ["DATASETS_DIR": folder.path])
  }

  private static let rules = """
      - {check: nulls, field: prize}
      - {check: unique, fields: [id, .meta.x, .nothing.x]}
    """

  @Test("check warns about the memory of several rules `unique`, and not about one")
  func memory() throws {
    let file = try definition(Self.rules)
    #expect(try !run("check", "d").output.contains("rules `unique`"))
    let rule = "    - {check: unique, fields: [id]}\n"
    _ = try definition(rule + rule)
    let ran = try run("check", "d")
    #expect(ran.status == 0, "\(ran.output)\(ran.error)")
    #expect(ran.output.contains("\(file):8: expect"), "\(ran.output)")
    #expect(
      ran.output.contains("warning: it has 2 rules `unique`") && ran.output.contains("together 64 MB"), "\(ran.output)")
  }

  @Test("check finds a field that no record can have, with its place")
  func unknownField() throws {
    let file = try definition(
      Self.rules, normalize: "normalize: {metadata: meta, fields: {id: {}, price: {type: number}}}")
    let ran = try run("check", "d")
    #expect(ran.status == 1)
    #expect(
      ran.output.contains(
        "\(file):7:27: expect[0].field: no record has the field 'prize': the fields are id, meta, price\n"),
      "\(ran.output)")
    #expect(ran.output.contains(": expect[1].fields: no record has the field '.nothing.x'"), "\(ran.output)")
    #expect(!ran.output.contains("'.meta.x'") && !ran.output.contains("'id'"))
  }

  @Test(
    "check knows constants of transform and the columns of a strict table, and says nothing where fields are not known",
    arguments: [
      ("normalize: {metadata: meta, fields: {id: {}}}", "transform: {plugin: enrich, fields: {prize: a, nothing: b}}"),
      ("normalize: {metadata: meta, fields: {id: {}}}", "transform: {plugin: jq, filter: .}"),
      ("normalize: {fields: {id: {}}}", ""), ("", ""),
      ("", "load: {plugin: postgres, table: t, key: id, columns: {id: text, p: {type: text, from: prize}}}"),
    ])
  func otherFields(normalize: String, rest: String) throws {
    _ = try definition(Self.rules, normalize: normalize, rest)
    let ran = try run("check", "d")
    #expect(ran.status == 0, "\(ran.output)")
    guard rest.hasPrefix("load") else { return }
    _ = try definition(
      Self.rules, normalize: normalize, rest.replacing("key: id,", with: "key: id, on_unknown_field: reject,"))
    let strict = try run("check", "d")
    #expect(strict.output.contains("no record has the field '.meta.x'") && !strict.output.contains("'prize'"))
  }

  @Test("try says which rules the records do not meet, and what a run would do; the output stays as it is")
  func trial() throws {
    let file = try definition(
      """
        - {check: rows, minimum: 3, on_breach: fail}
        - {check: nulls, field: id, maximum: 0.1}
        - {check: freshness, field: at, maximum_age: 1h, on_breach: warn}
        - {check: rows_ratio, minimum: 0.5}
      """)
    let input = folder.appending(path: "page.json")
    try Data(#"[{"id":1,"at":"2020-01-01"},{"id":null}]"#.utf8).write(to: input)
    let ran = try run("try", file, "--input", input.path)
    #expect(ran.status == 0, "\(ran.error)")
    #expect(ran.output.hasPrefix("{\n\"records\": [\n"))
    for line in [
      "Warning: expect[0] rows: 2 records, and minimum is 3: a run would refuse the item",
      "Warning: expect[1] nulls: 1 of 2 records (0.5) have no id, and maximum is 0.1: a run would load the item as incomplete",
      "Warning: expect[3] rows_ratio: not applied: it compares with earlier loads",
    ] { #expect(ran.error.contains(line + "\n"), "\(ran.error)") }
    #expect(ran.error.contains("Warning: expect[2] freshness: the newest at is 2020-01-01T00:00:00.000Z, over "))
    let limited = try run("try", file, "--input", input.path, "--limit", "1")
    #expect(limited.error.contains("expect[0] rows: not applied: there may be more records than the limit"))
    let parsed = try run("try", file, "--input", input.path, "--stage", "parse")
    #expect(!parsed.error.contains("expect["))
  }

  @Test("The report of a run has the summary's remarks, and the run stays a success")
  func report() throws {
    var progress = makeProgress([makeItem(1, .done(makeOutcome()))], status: .succeeded, endedAfter: 2)
    progress.remarks = ["Unusual: found 7 (usually 90)", "Expectation: all: expect[0] rows: few"]
    let lines = RunReport(progress: progress, dataset: .wwoz, now: start).lines(
      for: Terminal(isInteractive: false, colors: false, size: nil))
    for remark in progress.remarks { #expect(lines.contains(remark), "\(lines)") }
    #expect(progress.isSuccess)
  }
}
