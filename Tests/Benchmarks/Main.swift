import Foundation

/// Prints measurements and their targets, as medians with the range from the 10th to the 90th percentile. `make bench`
/// starts the stack and sets the environment.
@main
struct Main {
  static func main() {
    let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let environment = ProcessInfo.processInfo.environment
    guard let redis = environment["REDIS_URL"], environment["BASE_URL"] != nil,
      environment["TEST_PG_DATABASE_URL"] != nil
    else { fail("the stack's variables are not set: run make bench") }
    do {
      let groups: [() throws -> [Measurement]] = [
        { try FunctionBenchmarks(binaries: binaries, environment: environment).measurements() },
        { try StageBenchmarks().measurements() },
        {
          let baseline = environment["BASELINE_BINARIES"].map { URL(fileURLWithPath: $0) }
          return try ScraperBenchmarks(binaries: binaries, baseline: baseline).measurements()
        },
        { try ScrapeBenchmarks(environment: environment).measurements() },
        { try CacheBenchmarks(url: redis).measurements() },
      ]
      for group in groups {
        for measurement in try group() { print(measurement.row) }
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
