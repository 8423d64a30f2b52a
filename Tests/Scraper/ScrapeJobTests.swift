import Contracts
import Foundation
import TestSupport
import Testing
import Time

@testable import Fetching
@testable import ScraperFunction

struct ScrapeJobTests {
  private let now = Date(timeIntervalSince1970: 1_717_142_400)  // 2024-05-31T08:00:00Z

  private func job(_ fields: String) throws -> ScrapeJob {
    let event = Data(#"{"date": "2024-05-31", \#(fields)}"#.utf8)
    return try JSONDecoder().decode(ScrapeRequest.self, from: event).job(
      requestID: "r", now: now, requestsPerSecond: 10)
  }

  @Test(
    "Scrapers use leases if they know the start of their run, and there are several of them",
    arguments: [
      (#""started": "2024-05-31T07:59:00Z""#, true), (#""started": null"#, false),
      (#""started": "2024-05-31T07:59:00Z", "sharing": 1"#, false),
    ])
  func leases(fields: String, expected: Bool) throws {
    let job = try job(#""replay": null, \#(fields)"#)
    #expect(job.usesLeases == expected)
    #expect(job.started == now - (fields.contains("null") ? 0 : 60))
  }

  @Test("A job has its item, its index among the run's scrapers, and its part of the rate")
  func fields() throws {
    let job = try job(#""run": "n", "sharing": 4, "slot": 9"#)
    #expect(job.item == "2024-05-31" && job.run == "n")
    #expect(job.workerCount == 4 && job.workerIndex == 9)
    #expect(job.minimumInterval == .milliseconds(400))
    #expect(try self.job(#""run": null"#).workerCount == Limits.concurrentItems)
  }

  @Test(
    "Meaningless fields are InvalidInput",
    arguments: [
      #""started": "yesterday""#, #""started": "2999-01-01T00:00:00Z""#, #""started": "2024-05-31T08:05:01Z""#,
      #""run": """#, #""run": "a\nb""#, #""run": "\u0000""#, #""sharing": 0"#, #""sharing": 1001"#,
      #""slot": -1"#,
    ])
  func meaningless(field: String) throws {
    let error = #expect(throws: PipelineError.self) { try job(field) }
    #expect(error?.name == .invalidInput)
  }

  @Test("A validation before the run's start, or in the future, is not fresh")
  func freshness() throws {
    let job = try job(#""started": "2024-05-31T07:59:00Z""#)
    #expect(job.isFresh(now, now: now))
    #expect(job.isFresh(now - 60, now: now))
    #expect(!job.isFresh(now - 61, now: now))
    #expect(job.isFresh(now + 300, now: now))
    #expect(!job.isFresh(now + 301, now: now))
  }
}
