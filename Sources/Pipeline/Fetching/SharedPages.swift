import Contracts
import FoundationEssentials
import RawStore
import Time

/// The pages of a source, each requested once in a run, even if many of the run's items need it.
///
/// A page that was validated since the run began is taken from the page store as it is. An older one is requested
/// conditionally. A response is stored once its reader has accepted it. If several scrapers need the same page at once,
/// the holder of its lease requests it, and the others wait until it appears in the store. A failing store costs requests,
/// not pages: after its first failure the scraper requests everything itself.
package final class SharedPages {
  /// The numbers of pages by their way.
  package struct Counts: Equatable {
    /// Sent by the source.
    package var fetched = 0
    /// Confirmed as unchanged by the source.
    package var validated = 0
    /// Found in the store, requested in this run.
    package var shared = 0
  }

  /// Takes a page's address and its outcome, and returns true if the page may be shared. It may be called again for a page
  /// that it refused, if the source had only confirmed it: then the source sent it once more.
  typealias Use = (_ address: String, Result<CapturedPage, FetchError>) -> Bool

  /// The term of a lease, beyond the time that its holder's other requests take.
  static let leaseTerm = Duration.seconds(45)
  /// The limit for waiting for other scrapers, for leases of any term.
  static let maximumWait = Duration.seconds(120)

  package var counts = Counts()
  let source: any PageSource
  let policy: FetchPolicy
  let job: ScrapeJob
  let writer: RecordWriter
  private let store: SharedStore
  private let time: any TimeSource

  /// - Parameters:
  ///   - store: nil shares nothing.
  ///   - warn: takes warnings for the function's log.
  package init(
    _ source: any PageSource, store: PageStore?, policy: FetchPolicy, job: ScrapeJob, writer: RecordWriter,
    time: any TimeSource, warn: @escaping (FetchWarning) -> Void
  ) {
    self.source = source
    self.store = SharedStore(store, job: job, policy: policy, time: time, warn: warn)
    self.policy = policy
    self.job = job
    self.writer = writer
    self.time = time
    source.minimumInterval = job.minimumInterval
    source.burst = max(1, policy.sending.burst / job.workerCount)
    source.onCircuitEvent = { warn(.circuit($0)) }
    // A session is not longer than a scrape: what a page says may depend on it.
    source.forgetCookies()
  }

  var minimumInterval: Duration { source.minimumInterval }

  /// Keeps at least that interval between any two requests.
  func raiseMinimumInterval(to interval: Duration) {
    guard interval > .zero else { return }
    source.burst = 1
    source.minimumInterval = max(source.minimumInterval, interval)
  }

  /// Staggers the scrapers of a run, so that their first requests are evenly spaced. Reading a shared robots.txt sends no
  /// request.
  func stagger(_ deadline: Deadline) throws(FetchError) {
    // Each scraper has its own part of a burst.
    guard source.burst == 1 else { return }
    let wait = source.minimumInterval * (job.workerIndex % job.workerCount) / job.workerCount
    guard wait < deadline.remaining else {
      throw FetchError(.timedOut, "its turn comes after \(Int(wait.inSeconds)) s, which leaves no time for it")
    }
    if wait > .zero { time.sleep(for: wait) }
  }

  /// Reads shared pages, and passes each to `use` as soon as it is there.
  /// - Parameter pages: every page once: its address, in which secrets are replaced, and the address to request.
  func read(_ pages: [(address: String, url: String)], deadline: Deadline, use: Use) {
    var waiting = pages
    var known = KnownPages(maximumBodyBytes: policy.maximumBodyBytes)
    func look() {
      var fresh: Set<String> = []
      store.look(waiting.map(\.address), of: pages.count, deadline) { page in
        guard job.isFresh(page.validated, now: time.now) else { return known.add(page) }
        fresh.insert(page.response.url)
        counts.shared += 1
        _ = use(page.response.url, .success(page))
      }
      waiting.removeAll { fresh.contains($0.address) }
    }
    func request(_ addresses: [String]) {
      let taken = Set(addresses)
      let requested = waiting.filter { taken.contains($0.address) }
      waiting.removeAll { taken.contains($0.address) }
      fetch(requested, known: known, deadline, use)
    }
    func acquire(isNew: Bool) {
      let term = Self.leaseTerm + source.minimumInterval * waiting.count
      request(store.acquire(waiting.map(\.address), isNew: isNew, until: time.now + term.inSeconds, deadline))
    }

    // Most pages of a first run are new. Then asking for their leases tells that they are, without a look before.
    if store.expectsNewPages { acquire(isNew: true) }
    if !waiting.isEmpty {
      look()
      acquire(isNew: true)
    }
    let limit = Deadline(after: min(Self.maximumWait, deadline.remaining / 2), on: time)
    var pause = Duration.milliseconds(250)
    while !waiting.isEmpty {
      guard !limit.hasPassed else { return request(waiting.map(\.address)) }
      time.sleep(for: min(pause, limit.remaining))
      pause = min(pause * 2, .seconds(2))
      look()
      acquire(isNew: false)
    }
  }

  /// Sends requests of shared pages, and stores the pages that `use` accepts.
  private func fetch(
    _ pages: [(address: String, url: String)], known: KnownPages, _ deadline: Deadline, _ use: Use
  ) {
    guard !pages.isEmpty else { return }
    var batch = SharedStore.Batch()
    var again: [(address: String, url: String)] = []
    send(pages, known: known, deadline) { index, outcome, isConditional in
      let address = pages[index].address
      let page = try? outcome.get()
      // The validators are not accepted: 412 and, if they are too long, 400 and 431.
      if isConditional, let status = page?.response.status, [400, 412, 431].contains(status) {
        return again.append(pages[index])
      }
      let isShared = use(address, outcome)
      if !isShared, isConditional, let page, known.holds(page, at: address) { return again.append(pages[index]) }
      store.settle(address, page, isShared: isShared, in: &batch, deadline)
    }
    if !again.isEmpty {
      send(again, known: KnownPages(maximumBodyBytes: policy.maximumBodyBytes), deadline) { index, outcome, _ in
        let isShared = use(again[index].address, outcome)
        store.settle(again[index].address, try? outcome.get(), isShared: isShared, in: &batch, deadline)
      }
    }
    store.finish(batch, deadline)
  }
}
