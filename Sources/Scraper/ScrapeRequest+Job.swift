import Contracts
import Fetching
import FoundationEssentials
import Time

extension ScrapeRequest {
  /// Returns the scraper's part of the run.
  /// - Parameter requestsPerSecond: the rate that all scrapers of the run share.
  /// - Throws: `InvalidInput`.
  func job(requestID: String, now: Date, requestsPerSecond: Double) throws(PipelineError) -> ScrapeJob {
    guard let start = started.map({ RFC3339.parse($0)?.date }) ?? now else {
      throw PipelineError(.invalidInput, "started must be a time like 2024-05-31T03:00:00Z")
    }
    guard start <= now + ScrapeJob.clockTolerance else {
      throw PipelineError(
        .invalidInput, "started is \(RFC3339.utc(start)), which is in the future: it must be the start of the run")
    }
    let run = run ?? requestID
    guard !run.isEmpty, !run.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw PipelineError(
        .invalidInput, "run must be a name without line breaks: it is part of the keys of the document and its archive")
    }
    let workerCount = sharing ?? Limits.concurrentItems
    guard (1...1000).contains(workerCount) else {
      throw PipelineError(.invalidInput, "sharing is \(workerCount): it must be a number of scrapers from 1 to 1000")
    }
    let workerIndex = slot ?? 0
    guard workerIndex >= 0 else {
      throw PipelineError(.invalidInput, "slot is \(workerIndex): it must be 0 or more")
    }
    return ScrapeJob(
      item: try workItem().id, run: run, started: start, usesLeases: started != nil && workerCount > 1,
      workerCount: workerCount, workerIndex: workerIndex,
      minimumInterval: .seconds(Double(workerCount) / requestsPerSecond))
  }
}
