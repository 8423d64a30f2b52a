import FoundationEssentials
import Time
import WARC

/// The pages of a source in this run that its robots.txt allows. Every response is in the item's archive before anything
/// interprets it.
package final class LivePages: PageFetcher {
  private struct Pending {
    let index: Int
    var request: FetchRequest
    var trail = RedirectTrail()
  }

  let policy: FetchPolicy
  let redactor: Redactor
  let pages: SharedPages
  let job: ScrapeJob
  var robots: RobotsRules?
  /// The delay that robots.txt asks for, if it is longer than the run's own.
  var longDelay: Duration?
  package private(set) var archive: PageArchive
  /// The number of pages that their readers took.
  private(set) var usedCount = 0
  /// The number of pages for which no time was left.
  private(set) var lateCount = 0

  package var counts: SharedPages.Counts { pages.counts }
  package var began: Date? { archive.began }
  /// Reports the progress to a person who watches the run; nil for another run.
  package var progress: PageProgress?
  /// Stores the segments of large bodies; nil keeps none.
  package var storeSegment: SegmentStore?
  /// True if the archive has been stored, segment by segment.
  package var hasStoredArchive = false

  var writer: RecordWriter { pages.writer }

  package init(_ pages: SharedPages, policy: FetchPolicy, job: ScrapeJob, archive: PageArchive) {
    self.pages = pages
    self.policy = policy
    self.job = job
    self.archive = archive
    redactor = Redactor(policy)
  }

  package func read(
    _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
  ) -> [(any Error)?] {
    let rules: RobotsRules
    do throws(FetchError) { rules = try self.rules(deadline) } catch { return requests.map { _ in late(error) } }
    var errors = [(any Error)?](
      repeating: FetchError(.unavailable, "more than \(PageResponse.maximumRedirects) redirects"), count: requests.count
    )
    progress?.found(requests.count)
    // Redirects replace a request here, and its index stays.
    var waiting = requests.enumerated().map { Pending(index: $0, request: $1) }
    for _ in 0...PageResponse.maximumRedirects where !waiting.isEmpty {
      var redirected: [Pending] = []
      var allowed: [Pending] = []
      for pending in waiting {
        if let refusal = refusal(of: pending.request.url, rules) {
          errors[pending.index] = refusal
        } else {
          allowed.append(pending)
        }
      }
      read(allowed, deadline) { pending, outcome in
        do {
          let captured = try outcome.get()
          if let next = try self.redirected(pending, by: captured.response) {
            redirected.append(next)
            return !next.trail.isRepeated
          }
          guard !deadline.hasPassed else { throw FetchError(.timedOut, "no time was left to read it") }
          try use(pending.index, captured.page(accepting: self.policy))
          errors[pending.index] = nil
          self.usedCount += 1
          self.progress?.finished()
          return true
        } catch {
          errors[pending.index] = error
          // That a page is missing is a fact as good as a page.
          return (error as? FetchError)?.reason == .missing
        }
      }
      waiting = redirected
    }
    let failed = errors.count { $0 != nil }
    if failed > 0 { progress?.finished(failed, failed: failed) }
    lateCount += errors.count { ($0 as? FetchError)?.reason == .timedOut }
    return errors.map { error in (error as? FetchError).map(late) ?? error }
  }

  /// Returns the request for the address to which a response redirects; nil for any other response.
  /// - Throws: `unavailable` if the redirects run in a circle.
  private func redirected(_ pending: Pending, by response: PageResponse) throws(FetchError) -> Pending? {
    guard let target = pending.request.redirected(by: response) else { return nil }
    var next = pending
    next.request = target
    try next.trail.follow(
      from: redactor.address(pending.request.url), to: redactor.address(target.url), by: response)
    return next
  }

  /// Returns the reason not to read an address; nil if it may be read.
  private func refusal(of url: String, _ rules: RobotsRules) -> FetchError? {
    guard let path = policy.site.path(of: url) else {
      let authority = url.split(separator: "/", maxSplits: 2).dropFirst().first?.prefix { $0 != "/" } ?? ""
      let host = authority.split(separator: "@").last ?? ""
      return FetchError(
        .unavailable, "it has moved to another site, \(host); only \(policy.site.origin) is read")
    }
    return rules.allows(path) ? nil : FetchError(.disallowed, "\(robotsURL) asks not to read it")
  }

  /// Reads pages at the given addresses, and passes each to `use` once it is in the archive.
  /// - Parameter use: returns true if the page may be shared.
  private func read(
    _ all: [Pending], _ deadline: Deadline, _ use: (Pending, Result<CapturedPage, FetchError>) -> Bool
  ) {
    let others = all.filter { !$0.request.isShared }
    pages.send(others.map(\.request), deadline: deadline) { index, outcome in
      _ = use(others[index], archived(outcome))
    }
    // Several requests may have led to one address.
    var sharing: [String: [Pending]] = [:]
    var order: [String] = []
    for pending in all where pending.request.isShared {
      let address = redactor.address(pending.request.url)
      if sharing[address] == nil { order.append(address) }
      sharing[address, default: []].append(pending)
    }
    let requests = order.map { FetchRequest(sharing[$0]?.first?.request.url ?? $0) }
    let repeated = Set(order.filter { sharing[$0]?.contains(where: \.trail.isRepeated) == true })
    readShared(requests, repeating: repeated, deadline) { address, outcome in
      (sharing[address] ?? []).map { use($0, outcome) }.allSatisfy { $0 }
    }
  }

  /// Reads shared pages. A page that the archive holds, because a redirect led to it before, is taken from there.
  /// - Parameters:
  ///   - requests: one for each address.
  ///   - repeated: the addresses to read again, although the archive holds them.
  func readShared(
    _ requests: [FetchRequest], repeating repeated: Set<String> = [], _ deadline: Deadline, _ use: SharedPages.Use
  ) {
    var new: [(address: String, url: String)] = []
    for request in requests {
      let address = redactor.address(request.url)
      if !repeated.contains(address), let page = try? archive.page(address) {
        _ = use(address, .success(page))
      } else {
        new.append((address, request.url))
      }
    }
    guard !new.isEmpty else { return }
    pages.read(new, deadline: deadline) { address, outcome in use(address, archived(outcome)) }
  }

  /// Begins the next object of the archive.
  func beginSegment(_ number: Int) throws(WARCError) { try archive.begin(number) }

  /// Appends a segment's record to the archive's object.
  func append(_ segment: Data) throws(WARCError) { archive.append(segment: segment) }

  /// Forgets the bytes of the archive's object, which was stored.
  func clearArchive() { archive.clear() }

  private func archived(_ outcome: Result<CapturedPage, FetchError>) -> Result<CapturedPage, FetchError> {
    outcome.flatMap { page in
      guard archive.hasRoom(for: page) else { return .failure(FetchError(.unusable, "the item's archive is full")) }
      do { try archive.append(page) } catch {
        return .failure(FetchError(.unusable, "it cannot be archived: \(error)"))
      }
      return .success(page)
    }
  }
}
