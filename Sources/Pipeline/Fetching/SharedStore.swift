import Contracts
import FoundationEssentials
import RawStore
import Time

/// The page store as one scraper uses it: after its first failure it is not used again, which costs requests, not pages.
final class SharedStore {
  /// Pages to store and leases to release, collected to save requests.
  struct Batch {
    fileprivate var pages: [StoredPage] = []
    fileprivate var bytes = 0
    fileprivate var unshared: [String] = []
  }

  /// The limit for the store's responses to one batch. A slower store counts as failing.
  private static let timeout = Duration.seconds(30)
  /// The number of pages that are read at once, and then in memory together.
  private static let readBatch = 8
  /// The size at which a batch of pages is stored.
  private static let maximumBatchBytes = 1 << 20

  private let store: PageStore?
  private let job: ScrapeJob
  private let maximumBodyBytes: Int
  private let time: any TimeSource
  private let warn: (FetchWarning) -> Void
  private var hasFailed = false
  /// The slots that were read and hold no page.
  private var slots: [String: PageSlot] = [:]
  /// The addresses whose place is taken: by a page, a damaged one, or the lease of another run.
  private var stored: Set<String> = []
  private var mostAreNew = true

  init(
    _ store: PageStore?, job: ScrapeJob, policy: FetchPolicy, time: any TimeSource,
    warn: @escaping (FetchWarning) -> Void
  ) {
    self.store = store
    self.job = job
    maximumBodyBytes = policy.maximumBodyBytes
    self.time = time
    self.warn = warn
  }

  /// True if most pages of the last batch were not stored; true in the beginning.
  var expectsNewPages: Bool { store != nil && !hasFailed && job.usesLeases && mostAreNew }

  private var holder: PageStore.LeaseHolder { PageStore.LeaseHolder(run: job.run, holder: job.item) }

  /// Returns nil if the store has failed, now or before, or if no time is left for it.
  private func withStore<Value>(
    before deadline: Deadline, _ work: (PageStore, Deadline) throws(PipelineError) -> Value
  ) -> Value? {
    guard let store, !hasFailed, deadline.remaining > .milliseconds(10) else { return nil }
    do { return try work(store, Deadline(after: min(Self.timeout, deadline.remaining), on: time)) } catch {
      fail(error)
      return nil
    }
  }

  private func fail(_ error: PipelineError) {
    guard !hasFailed else { return }
    hasFailed = true
    warn(.storeFailed(error))
  }

  /// Passes on the pages that the store has, fresh and old ones.
  /// - Parameter total: the number of pages in the batch.
  func look(_ addresses: [String], of total: Int, _ deadline: Deadline, _ use: (CapturedPage) -> Void) {
    var rest = addresses[...]
    while !rest.isEmpty {
      let batch = Array(rest.prefix(Self.readBatch))
      rest = rest.dropFirst(batch.count)
      guard let outcomes = withStore(before: deadline, { $0.slots(batch, deadline: $1) }) else { return }
      for (address, outcome) in zip(batch, outcomes) {
        if let page = page(address, outcome) { use(page) }
      }
    }
    mostAreNew = addresses.count { stored.contains($0) } * 2 < total
  }

  /// Notes the slot of an address, and returns its page; nil if there is none.
  private func page(_ address: String, _ outcome: Result<PageSlot, PipelineError>) -> CapturedPage? {
    do throws(PipelineError) {
      slots[address] = nil
      switch try outcome.get() {
      case .page(let page):
        stored.insert(address)
        return try CapturedPage(page, maximumBodyBytes: maximumBodyBytes)
      case .leased(let lease, _) where !lease.isOfRun(of: holder): stored.insert(address)
      case let slot: slots[address] = slot
      }
    } catch {
      stored.insert(address)
      if error.name != .storageCorrupt { fail(error) } else { warn(.damagedPage(error)) }
    }
    return nil
  }

  /// Returns the pages that this scraper must request: all of them if the store cannot say.
  /// - Parameter isNew: true for the first attempt to get their leases.
  func acquire(_ addresses: [String], isNew: Bool, until: Date, _ deadline: Deadline) -> [String] {
    guard !addresses.isEmpty, job.usesLeases else { return addresses }
    let now = time.now
    return withStore(before: deadline) { (store, deadline) throws(PipelineError) in
      try store.acquire(
        addresses.map { ($0, slots[$0], stored.contains($0)) }, isNew: isNew, by: holder, until: until, now: now,
        deadline: deadline)
    } ?? addresses
  }

  /// Notes that a page was requested, and whether it may be shared.
  func settle(
    _ address: String, _ page: CapturedPage?, isShared: Bool, in batch: inout Batch, _ deadline: Deadline
  ) {
    guard isShared, let page, page.response.isReusable else { return batch.unshared.append(address) }
    batch.pages.append(page.stored)
    batch.bytes += page.member.count
    if batch.bytes > Self.maximumBatchBytes { store(&batch, deadline) }
  }

  /// Stores the rest of a batch, and releases the leases on pages that are not shared.
  func finish(_ batch: Batch, _ deadline: Deadline) {
    var batch = batch
    store(&batch, deadline)
    guard !batch.unshared.isEmpty, job.usesLeases else { return }
    _ = withStore(before: deadline) { (store, deadline) throws(PipelineError) in
      let pages = batch.unshared.sorted().map { (url: $0, isStored: stored.contains($0)) }
      try store.release(pages, by: holder, deadline: deadline)
    }
  }

  private func store(_ batch: inout Batch, _ deadline: Deadline) {
    guard !batch.pages.isEmpty else { return }
    let errors = withStore(before: deadline) { [batch] in $0.store(batch.pages, deadline: $1) }
    if let error = errors?.lazy.compactMap({ $0 }).first { fail(error) }
    (batch.pages, batch.bytes) = ([], 0)
  }
}
