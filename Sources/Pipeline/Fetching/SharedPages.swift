import Contracts
import FoundationEssentials
import RawStore
import Time

/// The pages of a source, each requested once in a run, even if many of the run's items need it.
///
/// A page that was validated since the run began is taken from the page store as it is. An older one is requested
/// conditionally. A response is stored before anything interprets it. If several scrapers need the same page at once, the
/// holder of its lease requests it, and the others wait until it appears in the store. A failing store costs requests,
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

  /// The term of a lease, beyond the time that its holder's other requests take.
  static let leaseTerm = Duration.seconds(45)
  /// The limit for waiting for other scrapers, for leases of any term.
  static let maximumWait = Duration.seconds(120)
  /// The limit for the store's responses to one batch. A slower store counts as failing.
  private static let storeTimeout = Duration.seconds(30)

  package private(set) var counts = Counts()
  private let source: any PageSource
  private let store: PageStore?
  private let policy: FetchPolicy
  private let job: ScrapeJob
  private let ids: RecordIDs
  private let time: any TimeSource
  private let warn: (FetchWarning) -> Void
  private var hasStoreFailed = false

  /// - Parameters:
  ///   - store: nil shares nothing.
  ///   - warn: takes warnings for the function's log.
  package init(
    _ source: any PageSource, store: PageStore?, policy: FetchPolicy, job: ScrapeJob, ids: RecordIDs,
    time: any TimeSource, warn: @escaping (FetchWarning) -> Void
  ) {
    self.source = source
    self.store = store
    self.policy = policy
    self.job = job
    self.ids = ids
    self.time = time
    self.warn = warn
    source.minimumInterval = job.minimumInterval
    source.onCircuitEvent = { warn(.circuit($0)) }
  }

  func raiseMinimumInterval(to interval: Duration) { source.minimumInterval = max(source.minimumInterval, interval) }

  /// Staggers the scrapers of a run, so that their first requests are evenly spaced. Reading a shared robots.txt sends no
  /// request.
  func stagger(_ deadline: Deadline) throws(FetchError) {
    let wait = source.minimumInterval * (job.workerIndex % job.workerCount) / job.workerCount
    guard wait < deadline.remaining else {
      throw FetchError(.timedOut, "its turn comes after \(Int(wait.inSeconds)) s, which leaves no time for it")
    }
    if wait > .zero { time.sleep(for: wait) }
  }

  /// Reads shared pages.
  /// - Parameter pages: every page once: its address, in which secrets are replaced, and the address to request.
  /// - Returns: an outcome for each address.
  func read(
    _ pages: [(address: String, url: String)], deadline: Deadline
  ) -> [String: Result<CapturedPage, FetchError>] {
    let addresses = pages.map(\.address)
    let urls = Dictionary(pages.map { ($0.address, $0.url) }) { first, _ in first }
    var outcomes: [String: Result<CapturedPage, FetchError>] = [:]
    var stored = storedPages(addresses, deadline)
    func take(_ pages: [String: CapturedPage]) {
      for (address, page) in pages where job.isFresh(page.validated, now: time.now) {
        counts.shared += 1
        outcomes[address] = .success(page)
      }
    }
    func request(_ addresses: [String]) {
      let wanted = addresses.map { (address: $0, url: urls[$0] ?? $0) }
      for (address, outcome) in fetch(wanted, known: stored, deadline) { outcomes[address] = outcome }
    }
    func waiting() -> [String] { addresses.filter { outcomes[$0] == nil } }

    take(stored)
    request(acquire(waiting(), isNew: true, deadline))
    let limit = Deadline(after: min(Self.maximumWait, deadline.remaining / 2), on: time)
    var pause = Duration.milliseconds(250)
    while !waiting().isEmpty {
      guard !limit.hasPassed else {
        request(waiting())
        break
      }
      time.sleep(for: min(pause, limit.remaining))
      pause = min(pause * 2, .seconds(2))
      let appeared = storedPages(waiting(), deadline)
      stored.merge(appeared) { $1 }
      take(appeared)
      request(acquire(waiting(), isNew: false, deadline))
    }
    return outcomes
  }

  // MARK: The source

  /// Sends requests whose responses are not shared.
  /// - Returns: an outcome for each request, in order.
  func send(_ requests: [FetchRequest], deadline: Deadline) -> [Result<CapturedPage, FetchError>] {
    guard !requests.isEmpty else { return [] }
    return zip(requests, source.send(requests, deadline: deadline)).map { request, outcome in
      outcome.flatMap { captured($0, request, instead: nil) }
    }
  }

  private func fetch(
    _ pages: [(address: String, url: String)], known: [String: CapturedPage], _ deadline: Deadline
  ) -> [(String, Result<CapturedPage, FetchError>)] {
    guard !pages.isEmpty else { return [] }
    let requests = pages.map { page in
      known[page.address]?.response.revalidationRequest(page.url) ?? FetchRequest(page.url)
    }
    let outcomes = zip(pages, zip(requests, source.send(requests, deadline: deadline))).map { page, sent in
      let (request, outcome) = sent
      return outcome.flatMap {
        captured($0, FetchRequest(page.url), instead: request.isConditional ? known[page.address] : nil)
      }
    }
    let reusable = outcomes.compactMap { try? $0.get() }.filter(\.response.isReusable)
    keep(reusable, deadline)
    release(Set(pages.map(\.address)).subtracting(reusable.map(\.response.url)), deadline)
    return Array(zip(pages.map(\.address), outcomes))
  }

  private func captured(
    _ response: PageResponse, _ request: FetchRequest, instead known: CapturedPage?
  ) -> Result<CapturedPage, FetchError> {
    // Otherwise a scraper with a slow clock would store a page that the others consider stale, and for which they wait
    // until their time is over.
    let response = PageResponse(
      url: response.url, status: response.status, headers: response.headers, body: response.body,
      fetchedAt: max(response.fetchedAt, job.started))
    if response.status == 304, let known {
      counts.validated += 1
      return .success(known.validated(at: response.fetchedAt))
    }
    do {
      let page = try CapturedPage(response, recordID: ids.next(), fingerprint: request.fingerprint(policy))
      counts.fetched += 1
      return .success(page)
    } catch {
      return .failure(FetchError(.unusable, "it cannot be archived: \(error)"))
    }
  }

  // MARK: The store

  private var holder: PageStore.LeaseHolder { PageStore.LeaseHolder(run: job.run, holder: job.item) }

  /// Returns nil if the store has failed, now or before, or if no time is left for it.
  private func withStore<Value>(
    before deadline: Deadline, _ work: (PageStore, Deadline) throws(PipelineError) -> Value
  ) -> Value? {
    guard let store, !hasStoreFailed, deadline.remaining > .milliseconds(10) else { return nil }
    do { return try work(store, Deadline(after: min(Self.storeTimeout, deadline.remaining), on: time)) } catch {
      storeFailed(error)
      return nil
    }
  }

  private func storeFailed(_ error: PipelineError) {
    guard !hasStoreFailed else { return }
    hasStoreFailed = true
    warn(.storeFailed(error))
  }

  /// Returns the pages that the store has, fresh and old ones.
  private func storedPages(_ addresses: [String], _ deadline: Deadline) -> [String: CapturedPage] {
    guard !addresses.isEmpty, let outcomes = withStore(before: deadline, { $0.pages(addresses, deadline: $1) }) else {
      return [:]
    }
    var pages: [String: CapturedPage] = [:]
    for (address, outcome) in zip(addresses, outcomes) {
      do throws(PipelineError) {
        pages[address] = try outcome.get().map { (page) throws(PipelineError) in
          try CapturedPage(page, maximumBodyBytes: policy.maximumBodyBytes)
        }
      } catch {
        if error.name != .storageCorrupt { storeFailed(error) } else { warn(.damagedPage(error)) }
      }
    }
    return pages
  }

  /// Returns the pages that this scraper must request: all of them if the store cannot say.
  /// - Parameter isNew: true for the first attempt to get their leases.
  private func acquire(_ addresses: [String], isNew: Bool, _ deadline: Deadline) -> [String] {
    guard !addresses.isEmpty, job.usesLeases else { return addresses }
    let now = time.now
    let until = now + (Self.leaseTerm + source.minimumInterval * addresses.count).inSeconds
    return withStore(before: deadline) { (store, deadline) throws(PipelineError) in
      let acquire = isNew ? store.acquire : store.acquireFree
      return try acquire(addresses, holder, until, now, deadline)
    } ?? addresses
  }

  private func keep(_ pages: [CapturedPage], _ deadline: Deadline) {
    guard !pages.isEmpty else { return }
    let errors = withStore(before: deadline) { $0.store(pages.map(\.stored), deadline: $1) }
    if let error = errors?.lazy.compactMap({ $0 }).first { storeFailed(error) }
  }

  private func release(_ addresses: Set<String>, _ deadline: Deadline) {
    guard !addresses.isEmpty, job.usesLeases else { return }
    _ = withStore(before: deadline) { (store, deadline) throws(PipelineError) in
      try store.release(addresses.sorted(), by: holder, deadline: deadline)
    }
  }
}

extension FetchRequest {
  /// True if the response may be 304.
  fileprivate var isConditional: Bool { PageResponse.validatorHeaders.contains { headers[$0] != nil } }
}
