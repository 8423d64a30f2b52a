import Contracts
import Datasets
import Definitions
import Foundation
import Settings
import TestSupport
import Testing

/// Files that no person wrote for this format. Each ends in problems that name the file, and quickly.
@Suite("Hostile definitions")
struct HostileDefinitionTests {
  private static let head = "dataset_id: d\ndata_type: items\n"
  private static let extract = "extract: {plugin: wwoz_livewire}\n"

  private func problems(_ text: String) throws -> [String] { try problems(Data(text.utf8)) }

  private func problems(_ bytes: Data) throws -> [String] {
    let fixture = try DatasetFixture([:])
    try fixture.add("d", bytes)
    let path = fixture.folder.file(of: "d")
    let (definition, problems) = try fixture.catalog().check("d", allowsMissingVariables: false)
    #expect((definition == nil) == problems.contains { !$0.isWarning })
    return problems.map { problem in
      #expect("\(problem)".hasPrefix("\(path):\(problem.place.line):\(problem.place.column): "))
      return String("\(problem)".dropFirst(path.count + 1))
    }
  }

  @Test("Aliases are refused before they are expanded")
  func aliases() throws {
    var text = Self.head + Self.extract + "description: &a lol\n"
    for (name, last) in zip("bcdefghi", "abcdefgh") {
      text += "x\(name): &\(name) [" + [String](repeating: "*\(last)", count: 9).joined(separator: ",") + "]\n"
    }
    let clock = ContinuousClock()
    let start = clock.now
    let found = try problems(text)
    #expect(clock.now - start < .seconds(5))
    #expect(found.contains("4:14: description: anchors are not allowed"))
    #expect(found.contains("5:9: xb[0]: aliases are not allowed: repeat the value"))
    #expect(found.count < 200)
  }

  @Test("A line of a megabyte is read, or refused for its size")
  func longLine() throws {
    let long = String(repeating: "x", count: 1_000_000)
    let found = try problems("dataset_id: \(long)\ndata_type: items\n" + Self.extract)
    #expect(found.count == 1 && found[0].count < 300)
    #expect(try problems(Self.head + "\(long): 1\n" + Self.extract).allSatisfy { $0.utf8.count < 2_000 })
  }

  @Test("The message of an error stays small, however many problems and however long keys are")
  func size() throws {
    let names = (0..<20_000).map { "k\($0): 1" }.joined(separator: "\n")
    let fixture = try DatasetFixture(["d": names + "\n? \(String(repeating: "k", count: 500_000))\n: 1\n"])
    let error = #expect(throws: PipelineError.self) { try fixture.catalog().definition("d") }
    #expect(error?.message.utf8.count ?? 0 < 30_000)
    #expect(error?.message.hasSuffix("; and 19974 more, which festvibes check d prints") == true)
    let long = try problems("? \(String(repeating: "k", count: 500_000))\n: 1\n" + Self.head + Self.extract)
    #expect(long.count == 1 && long[0].utf8.count < 1_000)
  }

  @Test(
    "What is not one document in UTF-8 is refused with its place",
    arguments: [
      (Data("dataset_id: d\u{0}\n".utf8), "1:14: "), (Data([0xFF, 0xFE, 0x64, 0x00]), "1:1: "),
      (Data("dataset_id: d\ndescription: \u{FFFD}".utf8.dropLast()), "2:14: "),
      (Data("dataset_id: d\n---\ndataset_id: e\n".utf8), "3:1: "), (Data("\tdataset_id: d\n".utf8), "1:1: "),
      (Data("dataset_id: \"d\n".utf8), "2:1: "), (Data("- a\n- b\n".utf8), "1:1: "), (Data("text".utf8), "1:1: "),
    ])
  func malformed(bytes: Data, place: String) throws {
    let found = try problems(bytes)
    #expect(found.first?.hasPrefix(place) == true, "\(found)")
  }

  @Test("Nesting without an end is refused")
  func deep() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(try problems(Self.head + "extract: " + deep).contains { $0.contains("nested more than") })
  }

  @Test("A key that is given twice is named with its first line, at every level")
  func twice() throws {
    let found = try problems(
      Self.head + "data_type: events\nextract:\n  plugin: wwoz_livewire\n  plugin: wwoz_livewire\n")
    #expect(found == ["3:1: data_type: given before on line 2", "6:3: extract.plugin: given before on line 5"])
  }

  @Test("Tags and merge keys are refused")
  func tags() throws {
    let found = try problems(
      "dataset_id: !!python/object/apply:os.system d\ndata_type: items\n<<: {}\n" + Self.extract)
    #expect(found.contains { $0.hasPrefix("1:13: dataset_id: tags are not allowed") })
    #expect(found.contains { $0.hasPrefix("3:1: <<: merge keys are not allowed") })
  }

  @Test(
    "A value of another type is named, at every level",
    arguments: [
      ("dataset_id: [d]", "dataset_id: it must be 1 to 64"), ("dataset_id: {d: 1}", "dataset_id: it must be 1 to 64"),
      ("data_type: ''", "data_type: it is ''"), ("data_type:", "data_type: it is missing"),
      ("timezone: Mars/Olympus", "timezone: it is 'Mars/Olympus': it must be an IANA time zone"),
      ("timezone: ../../../etc/passwd", "timezone: it is '../../../etc/passwd'"),
      ("schedule: daily", "schedule: it must be a mapping"), ("schedule: {}", "schedule.cron: it is missing"),
      (
        "schedule: {cron: 0 2 * * *}",
        "schedule.cron: it is '0 2 * * *': it must be six fields, minutes hours day-of-month"
      ),
      ("schedule: {cron: 0 25 * * ? *}", "schedule.cron: hours is '25': it must be *, a number from 0 to 23"),
      ("schedule: {cron: 0 2 * * * *}", "schedule.cron: day-of-month and day-of-week are '*' and '*'"),
      ("schedule: {cron: rate(5 minutes)}", "schedule.cron: it is 'rate(5 minutes)': it must be six fields"),
      (
        "schedule: {cron: \"${SOME:-0 25 * * ? *}\"}",
        "schedule.cron: the value of SOME does not fit: it must be an EventBridge cron"
      ),
      ("plan: [dates]", "plan: it must be a mapping"), ("plan: {kind: hourly}", "plan.kind: it is 'hourly'"),
      ("plan: {kind: product}", "plan.values: it is missing"),
      ("plan: {kind: single, values: {a: b}}", "plan.values: only kind product"),
      ("plan: {kind: product, values: {a: {b: c}}}", "plan.values.a: it must be"),
      ("plan: {kind: single, max_records: -1}", "plan.max_records: it is '-1': it must be an integer from 1"),
      ("plan: {kind: single, max_records: 1e3}", "plan.max_records: it is '1e3'"),
      ("plan: {kind: single, max_records: 99999999999999999999}", "plan.max_records: it is '999"),
      ("extract: wwoz_livewire", "extract: it must be a mapping"), ("extract: {}", "extract.plugin: it is missing"),
      ("extract: {plugin: [wwoz_livewire]}", "extract.plugin: it must be one of"),
      ("extract: {plugin: wwoz_livewire, requests_per_second: fast}", "extract.requests_per_second: it is 'fast'"),
      ("extract: {plugin: wwoz_livewire, requests_per_second: nan}", "extract.requests_per_second: it is 'nan'"),
      ("extract: {plugin: wwoz_livewire, nosuch: 1}", "extract.nosuch: it is not known: the keys here are base_url"),
      ("datset_id: d", "datset_id: it is not known: the keys here are dataset_id"),
      ("source: {kind: http}", "source: it must be 1 to 64"),
    ])
  func types(line: String, problem: String) throws {
    let name = line.prefix { $0 != ":" }
    let lines = (Self.head + Self.extract).split(separator: "\n").filter { !$0.hasPrefix("\(name):") }
    let found = try problems(([line] + lines.map(String.init)).joined(separator: "\n"))
    #expect(found.count == 1, "\(found)")
    #expect(found.first?.contains(" \(problem)") == true, "\(found)")
  }

  @Test("Keys without their place are refused by name; without a value they do not matter")
  func misplaced() throws {
    let found = try problems(
      Self.head + Self.extract + "lock: null\nwindowInDays: 0\nparse_config: {file_type: series}\n")
    #expect(found.count == 2)
    #expect(found.first?.hasPrefix("5:15: windowInDays: it is '0': it must be an integer from 1") == true, "\(found)")
    #expect(found.last?.hasPrefix("6:1: parse_config: its keys belong to `parse`") == true, "\(found)")
  }

  @Test("Keys that system 002 wrote and never read only warn")
  func former() throws {
    let found = try problems("provider: INDEC\nfrequency: {any: thing}\n" + Self.head + Self.extract)
    #expect(found.map { $0.prefix { $0 != "i" } }.count == 2)
    #expect(found.allSatisfy { $0.contains(": warning: it is ignored") }, "\(found)")
  }

  @Test("Cutting a definition anywhere, and damaging a byte of it, ends in problems or a definition")
  func damaged() throws {
    let whole = Data(try SourceFiles.text(of: "statemachine/datasets/wwoz/dataset.yaml").utf8)
    for end in whole.indices { _ = try problems(whole.prefix(end)) }
    for index in whole.indices {
      for byte in [0, 9, 10, 0x22, 0x26, 0x2A, 0x3A, 0x5B, 0x7B, 0x80, 0xFF] as [UInt8] {
        var damaged = whole
        damaged[index] = byte
        _ = try problems(damaged)
      }
    }
  }
}
