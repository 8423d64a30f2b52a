import Contracts
import Fetching
import HTTP
import LambdaRuntime
import TestSupport
import Testing

@testable import ScraperFunction

struct FetchWarningTests {
  @Test("Warnings of the way to the source are log lines with their cause")
  func lines() {
    var lines: [String] = []
    let log = Logger(environment: [:], time: ManualTime()) { lines.append($0) }
    log.warn(.circuit(.closed(host: "https://x")), item: "2024-05-31")
    log.warn(.storeFailed(PipelineError(.storageUnavailable, "no answer")), item: "2024-05-31")
    log.warn(.damagedPage(PipelineError(.storageCorrupt, "no gzip")), item: "2024-05-31")
    let endings = [
      " WARN the source change=\"\(CircuitEvent.closed(host: "https://x"))\"",
      " WARN pages are not shared from here on: the page store fails item=2024-05-31 "
        + "error=\"StorageUnavailable: no answer\"",
      " WARN damaged page error=\"StorageCorrupt: no gzip\"",
    ]
    #expect(lines.count == endings.count)
    for (line, ending) in zip(lines, endings) { #expect(line.hasSuffix(ending), "\(line)") }
  }
}
