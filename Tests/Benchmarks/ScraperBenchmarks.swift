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

  func measurements() throws -> [Measurement] {
    let site = try BenchmarkSite()
    var costs: [String: (first: [ScrapeCost], next: [ScrapeCost])] = [:]
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
      func ratio(_ name: String, _ value: KeyPath<ScrapeCost, Double>) -> Measurement {
        Measurement(
          name: "ratio to the baseline, first run: \(name)", unit: "",
          samples: zip(new.first, old.first).map { $0[keyPath: value] / $1[keyPath: value] })
      }
      rows += [ratio("CPU", \.milliseconds), ratio("largest memory", \.megabytes)]
    }
    return rows
  }

  /// Scrapes the day with an empty page store, and once more in a later run.
  private func scrapeTwice(_ program: String, _ site: BenchmarkSite) throws -> (first: ScrapeCost, next: ScrapeCost) {
    let store = try MemoryS3()
    let first = try scrape(program, site, store)
    return (first, try scrape(program, site, store))
  }

  private func scrape(_ program: String, _ site: BenchmarkSite, _ store: MemoryS3) throws -> ScrapeCost {
    let before = site.requestCount
    var cost = try ScrapeCost(of: program, reading: site.url, date: BenchmarkSite.date, into: store)
    guard cost.response.contains("\"event_count\":\(BenchmarkSite.eventCount)") else {
      throw WrongResponse(text: String(cost.response.prefix(300)))
    }
    cost.siteRequests = Double(site.requestCount - before)
    return cost
  }
}

/// An error for a scrape that did not read the whole day.
private struct WrongResponse: Error, CustomStringConvertible {
  let text: String
  var description: String { "the scraper did not read the benchmark's day: \(text)" }
}
