import Foundation
import HTTP
import LambdaRuntime
import RawStore
import TestSupport
import Time

@testable import ScraperFunction
@testable import Fetching
@testable import WWOZExtractor

func makeJob(
  date: String = "2024-05-31", run: String = "run-1", started: Date = .distantPast, sharing: Int = 2,
  slot: Int = 0, spacing: Duration = .zero
) throws -> ScrapeJob {
  ScrapeJob(
    date: try day(date), run: run, started: started, usesLeases: sharing > 1, sharing: sharing, slot: slot,
    spacing: spacing)
}

/// The site over HTTP, with short waits between tries.
func makeSource(time: any TimeSource = SystemTime()) -> HTTPPageSource {
  let policy = HTTPRetryPolicy(backoff: Backoff(base: .milliseconds(5), maximumAttempts: 5))
  return HTTPPageSource(client: HTTPClient(time: time), policy: policy, time: time)
}

func makeLivePages(
  of site: Site, from source: (any PageSource)? = nil, store: PageStore? = nil, job: ScrapeJob? = nil,
  date: String = "2024-05-31", archiveBytes: Int = RawStore.maximumArchiveBytes, time: any TimeSource = SystemTime(),
  log: @escaping (String) -> Void = { _ in }
) throws -> LivePages {
  let job = try job ?? makeJob(date: date)
  let ids = RecordIDs(SystemRandomNumberGenerator())
  let shared = SharedPages(
    source ?? makeSource(), store: store, job: job, ids: ids, time: time,
    log: Logger(environment: [:], time: time, write: log))
  let archive = try PageArchive(
    of: job, name: "test.warc.gz", at: time.now, ids: ids, maximumBytes: archiveBytes)
  return LivePages(shared, of: site, as: "test-reader/1.0", job: job, archive: archive)
}
