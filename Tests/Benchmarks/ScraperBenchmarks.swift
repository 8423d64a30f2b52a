import Foundation
import TestSupport
import Time

/// Measures what a scrape costs the scraper's process: its CPU time, its largest memory, and its requests to S3. The site,
/// S3 and the runtime API are in this process. With `BASELINE_BINARIES`, the folder of another version's release
/// binaries, the two versions take turns, and the ratios are printed.
struct ScraperBenchmarks {
  /// The directory of the release binaries.
  let binaries: URL
  /// The other version's.
  let baseline: URL?

  private struct Cost {
    var milliseconds: Double
    var megabytes: Double
    var storeRequests: Double
    var siteRequests: Double
  }

  func measurements() throws -> [Measurement] {
    let site = try BenchmarkSite()
    var costs: [String: (first: [Cost], next: [Cost])] = [:]
    for _ in 0..<7 {
      for (name, folder) in [("", binaries)] + (baseline.map { [("baseline ", $0)] } ?? []) {
        let pair = try scrapeTwice(folder.appending(path: "Scraper").path, site)
        costs[name, default: ([], [])].first.append(pair.first)
        costs[name, default: ([], [])].next.append(pair.next)
      }
    }
    var rows: [Measurement] = []
    for (name, cost) in costs.sorted(by: { $0.key < $1.key }) {
      for (run, costs) in [("first run", cost.first), ("next run", cost.next)] {
        let title = "\(name)scrape of \(BenchmarkSite.eventCount) events, \(run)"
        rows += [
          Measurement(name: "\(title): CPU", unit: "ms", samples: costs.map(\.milliseconds)),
          Measurement(name: "\(title): largest memory", unit: "MB", samples: costs.map(\.megabytes)),
          Measurement(
            name: "\(title): requests to S3 per page", unit: "",
            samples: costs.map { $0.storeRequests / $0.siteRequests }),
        ]
      }
    }
    if let (new, old) = costs[""].flatMap({ new in costs["baseline "].map { (new, $0) } }) {
      func ratio(_ name: String, _ value: KeyPath<Cost, Double>) -> Measurement {
        Measurement(
          name: "ratio to the baseline, first run: \(name)", unit: "",
          samples: zip(new.first, old.first).map { $0[keyPath: value] / $1[keyPath: value] })
      }
      rows += [ratio("CPU", \.milliseconds), ratio("largest memory", \.megabytes)]
    }
    return rows
  }

  /// Scrapes the day with an empty page store, and once more in a later run.
  private func scrapeTwice(_ program: String, _ site: BenchmarkSite) throws -> (first: Cost, next: Cost) {
    let store = try MemoryS3()
    let first = try scrape(program, site, store)
    return (first, try scrape(program, site, store))
  }

  private func scrape(_ program: String, _ site: BenchmarkSite, _ store: MemoryS3) throws -> Cost {
    let done = DispatchSemaphore(value: 0)
    let event = """
      {"date": "\(BenchmarkSite.date)", "run": "bench-\(UUID().uuidString)", "started": "\(RFC3339.utc(Date()))", "sharing": 5}
      """
    let failure = Locked<String?>(nil)
    let runtime = try ScriptedServer { request in
      if request.method == "POST" {
        let text = String(decoding: request.body, as: UTF8.self)
        if !text.contains("\"event_count\":\(BenchmarkSite.eventCount)") {
          failure.change { $0 = String(text.prefix(300)) }
        }
        done.signal()
        return .http(202)
      }
      let deadline = Int(Date().timeIntervalSince1970 * 1000) + 120_000
      let headers = [("Lambda-Runtime-Aws-Request-Id", "bench"), ("Lambda-Runtime-Deadline-Ms", "\(deadline)")]
      return request.number == 1 ? .http(200, headers, event) : .http(200, headers, event, delay: 60)
    }
    defer { runtime.stop() }
    let (storeBefore, siteBefore) = (store.requests.count, site.requestCount)
    let process = try ChildProcess(
      program,
      environment: store.environment.merging([
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:\(runtime.port)", "BASE_URL": site.url, "S3_BUCKET_NAME": "bench",
        "S3_REGION": "us-east-1", "SOURCE_REQUESTS_PER_SECOND": "10000", "AWS_LAMBDA_LOG_LEVEL": "ERROR",
      ]) { $1 })
    defer { process.stop() }
    guard done.wait(timeout: .now() + 120) == .success else { throw NoRequest(name: program) }
    if let text = failure.change({ $0 }) { throw WrongResponse(text: text) }
    return Cost(
      milliseconds: process.cpuSeconds * 1000, megabytes: Double(process.largestResidentBytes) / 1e6,
      storeRequests: Double(store.requests.count - storeBefore), siteRequests: Double(site.requestCount - siteBefore))
  }
}

/// An error for a scrape that did not read the whole day.
private struct WrongResponse: Error, CustomStringConvertible {
  let text: String
  var description: String { "the scraper did not read the benchmark's day: \(text)" }
}
