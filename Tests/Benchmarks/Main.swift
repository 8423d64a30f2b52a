import Foundation

/// Prints measurements and their targets, as medians with the range from the 10th to the 90th percentile. `make bench`
/// starts the stack and sets the environment. `ONLY` is the name of one group. `embedding` and `spreadsheet`, which need no
/// stack, and `enrichment` are measured only then: they take turns with packages of Python.
@main
struct Main {
  static func main() {
    let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let environment = ProcessInfo.processInfo.environment
    let withoutStack: [String: () throws -> [Measurement]] = [
      "embedding": { try EmbeddingBenchmarks(environment: environment).measurements() },
      "spreadsheet": { try SpreadsheetBenchmarks().measurements() },
    ]
    if let measure = environment["ONLY"].flatMap({ withoutStack[$0] }) {
      do { for measurement in try measure() { print(measurement.row) } } catch { fail("\(error)") }
      return
    }
    guard let redis = environment["REDIS_URL"], environment["BASE_URL"] != nil,
      environment["TEST_PG_DATABASE_URL"] != nil
    else { fail("the stack's variables are not set: run make bench") }
    let baseline = environment["BASELINE_BINARIES"].map { URL(fileURLWithPath: $0) }
    do {
      let groups: [(name: String, measure: () throws -> [Measurement])] = [
        (
          "functions",
          {
            try FunctionBenchmarks(binaries: binaries, baseline: baseline, environment: environment).measurements()
          }
        ),
        ("stages", { try StageBenchmarks().measurements() }),
        ("loads", { try LoadBenchmarks(binaries: binaries, baseline: baseline).measurements() }),
        ("rows", { try RowBenchmarks().measurements() }),
        ("versions", { try VersionBenchmarks(binaries: binaries).measurements() }),
        ("scraper", { try ScraperBenchmarks(binaries: binaries, baseline: baseline).measurements() }),
        ("hostile", { try HostileBenchmarks(binaries: binaries).measurements() }),
        ("scrape", { try ScrapeBenchmarks(environment: environment).measurements() }),
        ("cache", { try CacheBenchmarks(url: redis).measurements() }),
        (
          "enrichment",
          { try EnrichmentBenchmarks(binaries: binaries, environment: environment).measurements() }
        ),
      ]
      let all = groups.map(\.name).filter { $0 != "enrichment" }
      for group in groups where (environment["ONLY"].map { [$0] } ?? all).contains(group.name) {
        for measurement in try group.measure() { print(measurement.row) }
      }
    } catch {
      fail("\(error)")
    }
  }

  private static func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("bench: \(message)\n".utf8))
    exit(1)
  }
}
