import Contracts
import Fetching
import Foundation
import LambdaRuntime
import Time

/// The way to a source for `try`: pages are requested as a run would request them, and kept nowhere.
enum LiveTrial {
  /// The limit for a trial, that of a scraper's invocation.
  static let timeout = Duration.seconds(900)

  /// Returns the pages of a source.
  /// - Parameters:
  ///   - source: the way to a source that is no web site; nil for one that is.
  ///   - warn: takes problems that cost no page.
  /// - Throws: `StorageUnavailable` if the memory for pages cannot be had.
  static func pages(
    _ policy: FetchPolicy, from source: (any PageSource)?, item: WorkItem, time: any TimeSource = SystemTime(),
    warn: @escaping (String) -> Void
  ) throws(PipelineError) -> LivePages {
    let job = ScrapeJob(
      item: item.id, run: "try", started: time.now, usesLeases: false, workerCount: 1, workerIndex: 0,
      minimumInterval: .seconds(1 / max(policy.requestsPerSecond, 0.001)))
    let writer = RecordWriter(SystemRandomNumberGenerator())
    let shared = SharedPages(
      source ?? HTTPPageSource(policy, time: time), store: nil, policy: policy, job: job, writer: writer, time: time,
      warn: { warn("\($0)") })
    do {
      return LivePages(
        shared, policy: policy, job: job,
        archive: try PageArchive(of: job, policy: policy, name: "try", at: time.now, writer: writer))
    } catch {
      throw PipelineError(.storageUnavailable, "an archive in memory cannot be begun: \(error)")
    }
  }
}
