import Contracts
import FoundationEssentials
import RawStore
import Time

/// The pages of a site, each of which is asked for once in a run, however many of the run's dates need it.
///
/// A page that the store had validated since the run began is taken as it is; an older one is asked for conditionally;
/// and what comes is kept before anybody looks into it. Of several scrapers that want the same page at the same time, the
/// one that claims it asks, and the others wait for it to appear in the store. A store in trouble costs requests, not
/// pages: from the first trouble on, the scraper asks for what it needs by itself.
final class SharedPages {
  /// How often which way led to a page.
  struct Counts: Equatable {
    /// The site sent it.
    var fetched = 0
    /// The site said that it is the one that was known.
    var validated = 0
    /// It was in the store, asked for in this run.
    var shared = 0
  }

  /// How long a claimed page is waited for, beyond the time that its claimer's other requests take.
  static let lease = Duration.seconds(45)
  /// However long the claims hold, nobody waits for others longer than that.
  static let patience = Duration.seconds(120)
  /// For the store's answers to one batch: past that it is in trouble.
  private static let storeTimeout = Duration.seconds(30)

  private(set) var counts = Counts()
  private let source: any PageSource
  private let store: PageStore?
  private let job: ScrapeJob
  private let ids: RecordIDs
  private let time: any TimeSource
  private let log: Logger
  private var storeIsInTrouble = false

  init(
    _ source: any PageSource, store: PageStore?, job: ScrapeJob, ids: RecordIDs, time: any TimeSource, log: Logger
  ) {
    self.source = source
    self.store = store
    self.job = job
    self.ids = ids
    self.time = time
    self.log = log
    source.spacing = job.spacing
    source.onHostChange = { log.warn("the source", ["change": .text("\($0)")]) }
  }

  /// Lets at least that time pass between two requests to the site.
  func raiseMinimumInterval(to spacing: Duration) { source.spacing = max(source.spacing, spacing) }

  /// Waits for this scraper's turn among those that begin at the same time: as far apart as their requests are to be, on
  /// average, so far apart are their first ones. Who shares robots.txt has not asked for anything before.
  func stagger(_ deadline: Deadline) throws(FetchError) {
    let wait = source.spacing * (job.slot % job.sharing) / job.sharing
    guard wait < deadline.remaining else {
      throw FetchError(.timedOut, "its turn comes after \(Int(wait.inSeconds)) s, which leaves no time for it")
    }
    if wait > .zero { time.sleep(for: wait) }
  }

  /// Reads pages.
  /// - Parameter urls: none of them twice.
  /// - Returns: an outcome for each address.
  func read(_ urls: [String], deadline: Deadline) -> [String: Result<CapturedPage, FetchError>] {
    var outcomes: [String: Result<CapturedPage, FetchError>] = [:]
    var kept = keptPages(urls, deadline)
    func take(_ pages: [String: CapturedPage]) {
      for (url, page) in pages where job.isFresh(page.validated, now: time.now) {
        counts.shared += 1
        outcomes[url] = .success(page)
      }
    }
    func ask(_ urls: [String]) {
      for (url, outcome) in fetch(urls, known: kept, deadline) { outcomes[url] = outcome }
    }
    func waiting() -> [String] { urls.filter { outcomes[$0] == nil } }

    take(kept)
    ask(claim(waiting(), isNew: true, deadline))
    let patience = Deadline(after: min(Self.patience, deadline.remaining / 2), on: time)
    var pause = Duration.milliseconds(250)
    while !waiting().isEmpty {
      guard !patience.hasPassed else {
        ask(waiting())
        break
      }
      time.sleep(for: min(pause, patience.remaining))
      pause = min(pause * 2, .seconds(2))
      let appeared = keptPages(waiting(), deadline)
      kept.merge(appeared) { $1 }
      take(appeared)
      ask(claim(waiting(), isNew: false, deadline))
    }
    return outcomes
  }

  // MARK: The site

  private func fetch(
    _ urls: [String], known: [String: CapturedPage], _ deadline: Deadline
  ) -> [(String, Result<CapturedPage, FetchError>)] {
    guard !urls.isEmpty else { return [] }
    let requests = urls.map { known[$0]?.exchange.revalidationRequest ?? PageRequest($0) }
    let outcomes = zip(requests, source.ask(requests, deadline: deadline)).map { request, answer in
      answer.flatMap { read($0, instead: request.isConditional ? known[request.url] : nil) }
    }
    let good = outcomes.compactMap { try? $0.get() }.filter(\.exchange.isShareable)
    keep(good, deadline)
    release(Set(urls).subtracting(good.map(\.exchange.url)), deadline)
    return Array(zip(urls, outcomes))
  }

  private func read(_ exchange: PageResponse, instead known: CapturedPage?) -> Result<CapturedPage, FetchError> {
    // Whatever our clock says, it was in this run: else those who share it, by another clock, would wait for it in vain.
    let exchange = PageResponse(
      url: exchange.url, status: exchange.status, headers: exchange.headers, body: exchange.body,
      fetchedAt: max(exchange.fetchedAt, job.started))
    if exchange.status == 304, let known {
      counts.validated += 1
      return .success(known.validated(at: exchange.fetchedAt))
    }
    do {
      let page = try CapturedPage(exchange, recordID: ids.next())
      counts.fetched += 1
      return .success(page)
    } catch {
      return .failure(FetchError(.unusable, "it cannot be archived: \(error)"))
    }
  }

  // MARK: The store

  private var holder: PageStore.LeaseHolder { PageStore.LeaseHolder(run: job.run, holder: "\(job.date)") }

  /// Nil when the store is, or gets, into trouble, and when there is no time left for it.
  private func withStore<Value>(
    before deadline: Deadline, _ work: (PageStore, Deadline) throws(PipelineError) -> Value
  ) -> Value? {
    guard let store, !storeIsInTrouble, deadline.remaining > .milliseconds(10) else { return nil }
    do { return try work(store, Deadline(after: min(Self.storeTimeout, deadline.remaining), on: time)) } catch {
      trouble(error)
      return nil
    }
  }

  private func trouble(_ error: PipelineError) {
    guard !storeIsInTrouble else { return }
    storeIsInTrouble = true
    log.warn(
      "pages are not shared from here on: the page store is in trouble",
      ["date": "\(job.date)", "error": .text("\(error)")])
  }

  /// What the store has of the pages, fresh or old.
  private func keptPages(_ urls: [String], _ deadline: Deadline) -> [String: CapturedPage] {
    guard !urls.isEmpty, let answers = withStore(before: deadline, { $0.pages(urls, deadline: $1) }) else {
      return [:]
    }
    var pages: [String: CapturedPage] = [:]
    for (url, answer) in zip(urls, answers) {
      do throws(PipelineError) {
        pages[url] = try answer.get().map { (page) throws(PipelineError) in try CapturedPage(page) }
      } catch {
        // A page that is damaged is read, and written, anew.
        if error.name != .storageCorrupt { trouble(error) } else { log.warn("damaged page", ["error": "\(error)"]) }
      }
    }
    return pages
  }

  /// Those of the pages that this scraper is to ask for: all, when the store cannot say.
  /// - Parameter isNew: whether it is the first time that it would have them.
  private func claim(_ urls: [String], isNew: Bool, _ deadline: Deadline) -> [String] {
    guard !urls.isEmpty, job.usesLeases else { return urls }
    let now = time.now
    let until = now + (Self.lease + source.spacing * urls.count).inSeconds
    return withStore(before: deadline) { (store, deadline) throws(PipelineError) in
      let claim = isNew ? store.claim : store.reclaim
      return try claim(urls, holder, until, now, deadline)
    } ?? urls
  }

  private func keep(_ pages: [CapturedPage], _ deadline: Deadline) {
    guard !pages.isEmpty else { return }
    let errors = withStore(before: deadline) { $0.keep(pages.map(\.kept), deadline: $1) }
    if let error = errors?.lazy.compactMap({ $0 }).first { trouble(error) }
  }

  private func release(_ urls: Set<String>, _ deadline: Deadline) {
    guard !urls.isEmpty, job.usesLeases else { return }
    _ = withStore(before: deadline) { (store, deadline) throws(PipelineError) in
      try store.release(urls.sorted(), by: holder, deadline: deadline)
    }
  }
}
