import Contracts
import Definitions
import Foundation
import HTTPExtractor
import TestSupport
import Testing
import Time

/// The plugin with the month in its address, and files that are not there yet.
@Suite("A file of each month")
struct MonthlyTests {
  private func makeMonthly(_ yaml: String) throws -> (reader: HTTPReader, problems: [String]) {
    let text = "dataset_id: ipc\ndata_type: series\nextract:\n  plugin: indec_ipc_http\n\(yaml)"
    let (definition, problems) = Definition.read(
      Array(text.utf8), file: "x.yaml", plugins: KnownPlugins(extract: [HTTPReader.monthlyForm])
    ) { _, _ in nil }
    let read = try #require(definition, "\(problems)")
    return (try HTTPReader(monthly: read.dataset, section: read.extract), problems.map(\.description))
  }

  private func api(at time: String, _ bodies: [String: String]) throws -> FakeAPI {
    let api = FakeAPI(bodies)
    api.began = try #require(RFC3339.parse(time)).date
    return api
  }

  private let template = "  url_template: \(sourceURL)/sh_ipc_{MM}_{YY}.xls\n"

  @Test(
    "The month is that of the zone, Buenos Aires without one",
    arguments: [
      ("", "2026-12-01T02:59:59Z", "/sh_ipc_11_26.xls"), ("", "2026-12-01T03:00:00Z", "/sh_ipc_12_26.xls"),
      ("  timezone: UTC\n", "2026-12-01T02:59:59Z", "/sh_ipc_12_26.xls"),
      ("", "2027-01-15T12:00:00Z", "/sh_ipc_01_27.xls"),
    ])
  func month(keys: String, time: String, target: String) throws {
    let api = try api(at: time, [target: list(1...1)])
    let reading = try read(makeMonthly(template + keys).reader, makeItem(), via: api)
    #expect(api.targets == [target] && reading.records.count == 1)
  }

  @Test("A file that is not published yet is explained; fallback_periods reads the one before (F14)")
  func unpublished() throws {
    let api = try api(at: "2026-01-05T12:00:00Z", ["/sh_ipc_12_25.xls": list(1...1)])
    let item = try makeItem()
    let error = #expect(throws: PipelineError.self) { try read(makeMonthly(template).reader, item, via: api) }
    #expect(error?.name == .sourceRefused)
    #expect(
      error?.message.hasSuffix(
        "if the source has not published it yet, run again later, or read the latest that there is with "
          + "fallback_periods: 1; else correct url_template") == true)
    let none = try self.api(at: "2026-01-05T12:00:00Z", [:])
    let missing = #expect(throws: PipelineError.self) {
      try read(makeMonthly(template + "  fallback_periods: 1\n").reader, item, via: none)
    }
    #expect(missing?.message.hasSuffix("correct url_template, or raise fallback_periods") == true)
    let reading = try read(makeMonthly(template + "  fallback_periods: 1\n").reader, item, via: api)
    #expect(reading.records.count == 1 && api.targets.suffix(2) == ["/sh_ipc_01_26.xls", "/sh_ipc_12_25.xls"])
    #expect(reading.facts.warnings.first?.reason.contains("does not exist yet: 1 month earlier was read") == true)
  }

  @Test("Keys of system 002 are known: timeout counts, and certificates are verified whatever verify_ssl says (F14)")
  func former() throws {
    let made = try makeMonthly(template + "  timeout: 7\n  verify_ssl: false\n  format: xls\n")
    #expect(made.reader.policy.sending.timeout == .seconds(7))
    #expect(made.problems.count == 2 && made.problems.allSatisfy { $0.contains("warning") }, "\(made.problems)")
    #expect(made.problems.contains { $0.contains("extract.verify_ssl: warning: certificates are always verified") })
    let twice = makeSection("url: \(sourceURL)/a\ntimeout: 7\ntimeout_seconds: 8")
    #expect(twice.problems.count == 1 && twice.problems[0].contains("extract.timeout: it is another name"))
  }

  @Test("A wrong template is named by its own key")
  func problems() {
    let problems = Definition.read(
      Array(
        "dataset_id: ipc\ndata_type: series\nextract: {plugin: indec_ipc_http, url_template: \"http://a.example/\", auth: {kind: bearer, secret: A}}"
          .utf8), file: "x.yaml", plugins: KnownPlugins(extract: [HTTPReader.monthlyForm])
    ) { _, _ in "s" }.problems.map(\.description)
    #expect(
      problems.count == 1 && problems[0].contains("extract.url_template: it must begin with https://"), "\(problems)")
  }
}
