import Foundation
import JQ
import JSON
import Testing

@Suite("Limits of filters", .serialized)
struct JQLimitTests {
  private static let limits = JQLimits(duration: .milliseconds(300), outputs: 1000, memory: 96 << 20, input: 1 << 20)

  @Test(
    "A filter without end is stopped",
    arguments: [
      "def f: f; f", "def f: 1 + f; f", "last(range(1e9))", "[limit(1e9; repeat(1))]",
      "reduce repeat(1) as $i (0; . + 1)",
      "until(false; . + 1)", "[range(1e9)] | length", "\"abc\" | gsub(\"^\"; \"a\")", "first(repeat(empty))",
      "reduce range(1e9) as $i ([]; . + [$i])", "last(limit(1e9; repeat([.])))",
    ])
  func endless(filter: String) throws {
    let outcome = try JQFilterTests.outcome(filter, limits: Self.limits)
    #expect(outcome.isStopped && outcome.problem?.hasPrefix("it was stopped") == true, "\(outcome)")
  }

  @Test("A filter with too many outputs is stopped", arguments: ["repeat(.)", "range(1e9)"])
  func outputs(filter: String) throws {
    let outcome = try JQFilterTests.outcome(filter, limits: Self.limits)
    #expect(outcome.problem == "it has more than 1000 outputs" && outcome.outputs.count == 1000)
  }

  @Test("A filter that was stopped runs on the next input; one that is stopped each time is given up")
  func afterwards() throws {
    let filter = try JQFilters(limits: Self.limits).add("if . then last(range(1e9)) else 1 end", at: "here")
    let outcomes = try filter.outcomes(of: [false, true, false, true, false])
    #expect(outcomes.map(\.isStopped) == [false, true, false, true, false])
    #expect(outcomes[4].outputs == [1])
    let error = #expect(throws: JQError.self) { try filter.outcomes(of: Array(repeating: true, count: 1000)) }
    // Which limit ends it depends on what else is in this process: a sanitizer's memory, other tests.
    #expect(
      error?.description.hasPrefix("here: 3 records were given up: it was stopped") == true,
      "\(error?.description ?? "")")
  }

  @Test(
    "What would stop the process, or never return, is an error",
    arguments: [
      "\"x\" * 1e9", "1e9 * \"x\"", ".[1e9] = 1", "setpath([1e9]; 1)", ".a[1e9] |= 1", "1e300 | todate",
      "1e300 | gmtime",
      "1e300 | strftime(\"%Y\")", "1e300 | date", "[1114112] | implode | error", "-1e300 | todateiso8601",
      "nan | gmtime",
    ])
  func fatal(filter: String) throws {
    #expect(try JQFilterTests.outcome(filter, limits: Self.limits).problem != nil)
  }

  @Test("A regular expression that would take for ever gives up by itself")
  func regularExpression() throws {
    let input = "\"\(String(repeating: "a", count: 60))!\""
    let outcome = try JQFilterTests.outcome("test(\"^(a+)+$\")", input)
    #expect(outcome.problem?.contains("retry-limit-in-match") == true, "\(outcome)")
  }

  @Test("An input with too much text is an error, and so is an output that is nested too deep")
  func sizes() throws {
    let text = "\"\(String(repeating: "x", count: 2 << 20))\""
    #expect(
      try JQFilterTests.outcome("length", text, limits: Self.limits).problem
        == "the input has more text than a filter may be given")
    let deep = try JQFilterTests.outcome("reduce range(300) as $i (1; [.])")
    #expect(deep.problem == "a result is nested more than 200 deep")
    // Freed without harm, and of another size than JSON's text could have.
    #expect(try JQFilterTests.outcome("reduce range(200000) as $i (1; [.]) | 1").outputs == [1])
  }

  @Test("A process opens libjq with its first filter, and does not need it to start")
  func loading() throws {
    // The executable of the tests has all the code that would need it.
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/ldd")
    process.arguments = [try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let libraries = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    #expect(libraries.contains("libc.so.6") && !libraries.contains("libjq"))
    _ = try JQFilterTests.outcome(".")
    let maps = try FileHandle(forReadingFrom: URL(fileURLWithPath: "/proc/self/maps")).readToEnd() ?? Data()
    #expect(String(decoding: maps, as: UTF8.self).contains("libjq.so.1"))
  }
}
