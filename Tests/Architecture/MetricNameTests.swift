import FunctionSupport
import TestSupport
import Testing

@Suite("Metric names")
struct MetricNameTests {
  @Test("The dashboard shows only metrics that a function counts")
  func dashboard() throws {
    let text = try SourceFiles.text(of: "terraform/dashboard.tf")
    let known = Set(MetricName.allCases.map(\.rawValue))
    let lists = text.matches(of: /(?:loader|scraper|generator|cache[a-z-]*) += \[((?:"[A-Za-z]+"(?:, )?)+)\]/)
    let names = lists.flatMap { $0.output.1.matches(of: /"([A-Za-z]+)"/).map { String($0.output.1) } }
    #expect(names.count >= 8)
    for name in names { #expect(known.contains(name), "\(name) is not a metric of a function") }
  }

  @Test("Metric names are written in one place: the functions count by MetricName")
  func literals() throws {
    for folder in ["DateRangeGenerator", "Scraper", "Loader", "CacheManager", "Enricher", "ReadAPI"] {
      for file in try SourceFiles.swift(below: "Sources/\(folder)") {
        #expect(!file.text.contains(/metrics\.(?:count|bytes)\("/), "\(file.path)")
      }
    }
  }
}
