import Fetching
import HTTP
import RawStore
import TestSupport
import Time

import struct Foundation.Date

package func makePolicy(
  _ site: Site, mediaTypes: [String] = ["text/html", "application/xhtml+xml"], authentication: Authentication? = nil,
  secretQueryItems: Set<String> = [], secretHeaders: Set<String> = []
) -> FetchPolicy {
  FetchPolicy(
    site: site, userAgent: "test-reader/1.0", requestsPerSecond: 10, mediaTypes: mediaTypes,
    authentication: authentication, secretQueryItems: secretQueryItems, secretHeaders: secretHeaders)
}

package func makeJob(
  item: String = "2024-05-31", run: String = "run-1", started: Date = .distantPast, workerCount: Int = 2,
  workerIndex: Int = 0, minimumInterval: Duration = .zero
) -> ScrapeJob {
  ScrapeJob(
    item: item, run: run, started: started, usesLeases: workerCount > 1, workerCount: workerCount,
    workerIndex: workerIndex, minimumInterval: minimumInterval)
}

/// The source over HTTP, with short pauses between attempts.
package func makeSource(_ policy: FetchPolicy, time: any TimeSource = SystemTime()) -> HTTPPageSource {
  let retries = HTTPRetryPolicy(backoff: Backoff(base: .milliseconds(5), maximumAttempts: 5))
  var options = HTTPClient.Options()
  options.keepsCookies = true
  return HTTPPageSource(policy, client: HTTPClient(options, time: time), retries: retries, time: time)
}

package func makeLivePages(
  of site: Site, policy: FetchPolicy? = nil, store: PageStore? = nil, job: ScrapeJob = makeJob(),
  archiveBytes: Int = RawStore.maximumArchiveBytes, time: any TimeSource = SystemTime(),
  warn: @escaping (FetchWarning) -> Void = { _ in }
) throws -> LivePages {
  let policy = policy ?? makePolicy(site)
  let writer = RecordWriter(SystemRandomNumberGenerator())
  let shared = SharedPages(
    makeSource(policy, time: time), store: store, policy: policy, job: job, writer: writer, time: time, warn: warn)
  let archive = try PageArchive(
    of: job, policy: policy, name: "test.warc.gz", at: time.now, writer: writer, maximumBytes: archiveBytes)
  return LivePages(shared, policy: policy, job: job, archive: archive)
}
