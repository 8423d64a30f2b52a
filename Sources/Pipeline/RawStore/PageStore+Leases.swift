import AWS
import Contracts
import FoundationEssentials
import Time

/// Leases on pages, written by conditional puts, of which one succeeds. The lease on a page that is not stored yet is at
/// the page's own place, so that a new page costs one request for its lease and one for itself. The lease on a stored page,
/// which must stay, is at `pages/SOURCE/claims/RUN/…`. So is one in whose place another run has a lease.
extension PageStore {
  /// One of the scrapers of a run.
  public struct LeaseHolder: Sendable {
    public let run: String
    /// The id of its work item. A scraper that was killed and started again has its leases back.
    public let holder: String

    public init(run: String, holder: String) {
      self.run = run
      self.holder = holder
    }

    /// The holder's name where leases of all runs are.
    var fullName: String { prefix + holder }
    var prefix: String { "\(RawKey.safe(run))/" }
  }

  /// Acquires leases on pages.
  /// - Parameters:
  ///   - pages: addresses with what the store has in their places; a slot of nil was not read, and counts as empty.
  ///     `isStored` is true for a page whose place is taken: by a page, a damaged one, or the lease of another run, which
  ///     that run still needs.
  ///   - isNew: true for the first attempt to get these leases, when most stored pages are not leased yet.
  ///   - until: the expiry of the leases.
  ///   - now: the time by the same clock.
  /// - Returns: the pages that the holder must request.
  /// - Throws: the store's failure.
  public func acquire(
    _ pages: [(url: String, slot: PageSlot?, isStored: Bool)], isNew: Bool, by holder: LeaseHolder, until: Date,
    now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    var free: [(url: String, condition: S3WriteCondition)] = []
    for page in pages where !page.isStored {
      guard case .leased(let lease, let etag)? = page.slot else {
        free.append((page.url, .absent))
        continue
      }
      if lease.holder == holder.fullName || lease.until <= now {
        free.append((page.url, .matches(etag: etag)))
      }
    }
    let lease = PageLease(holder: holder.fullName, until: until)
    let new = try write(free, lease, at: { self.location($0) }, deadline: deadline)
    let stored = pages.filter(\.isStored).map(\.url)
    guard !stored.isEmpty else { return new }
    let acquire = isNew ? self.acquire : acquireFree
    return try new + acquire(stored, holder, until, now, deadline)
  }

  /// Acquires leases on stored pages, most of which no scraper has leased yet.
  /// - Returns: the pages that the holder must request.
  /// - Throws: the store's failure.
  public func acquire(
    _ urls: [String], by holder: LeaseHolder, until: Date, now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let lease = PageLease(holder: holder.holder, until: until)
    let won = try write(
      urls.map { ($0, .absent) }, lease, at: { self.leaseLocation($0, run: holder.run) }, deadline: deadline)
    let lost = urls.filter { !won.contains($0) }
    return try won + acquireFree(lost, by: holder, until: until, now: now, deadline: deadline)
  }

  /// Acquires leases on stored pages, most of which another scraper has leased: released and expired ones. The holder's
  /// own leases are renewed, so that they do not expire while it sends its requests. Parameters and result are those of
  /// `acquire`.
  public func acquireFree(
    _ urls: [String], by holder: LeaseHolder, until: Date, now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let free = try leases(on: urls, run: holder.run, deadline).filter { found in
      found.lease.map { $0.holder == holder.holder || $0.until <= now } ?? true
    }
    return try write(
      free.map { ($0.url, $0.condition) }, PageLease(holder: holder.holder, until: until),
      at: { self.leaseLocation($0, run: holder.run) }, deadline: deadline)
  }

  /// Releases the holder's leases, so that other scrapers need not wait for pages that could not be read. Leases of other
  /// holders stay.
  public func release(_ pages: [(url: String, isStored: Bool)], by holder: LeaseHolder, deadline: Deadline)
    throws(PipelineError)
  {
    // A lease that has expired is free.
    let past = Date(timeIntervalSince1970: 0)
    let stored = try leases(on: pages.filter(\.isStored).map(\.url), run: holder.run, deadline)
      .filter { $0.lease?.holder == holder.holder }.map { ($0.url, $0.condition) }
    _ = try write(
      stored, PageLease(holder: holder.holder, until: past), at: { self.leaseLocation($0, run: holder.run) },
      deadline: deadline)
    let new = pages.filter { !$0.isStored }.map(\.url)
    var own: [(url: String, condition: S3WriteCondition)] = []
    for (url, slot) in zip(new, slots(new, deadline: deadline)) {
      if case .success(.leased(let lease, let etag)) = slot, lease.holder == holder.fullName {
        own.append((url, .matches(etag: etag)))
      }
    }
    _ = try write(
      own, PageLease(holder: holder.fullName, until: past), at: { self.location($0) }, deadline: deadline)
  }

  /// Reads the present leases, each with the condition under which it may be replaced.
  private func leases(
    on urls: [String], run: String, _ deadline: Deadline
  ) throws(PipelineError) -> [(url: String, lease: PageLease?, condition: S3WriteCondition)] {
    let outcomes = objects.getAll(
      urls.map { leaseLocation($0, run: run) }, maximumBytes: RawStore.maximumArchiveBytes, deadline: deadline)
    return try zip(urls, outcomes).map { (url, outcome) throws(PipelineError) in
      switch outcome {
      case .failure(let error) where error.kind == .notFound: (url, nil, .absent)
      case .failure(let error): throw PipelineError(error)
      case .success(let object): (url, PageLease(object.body), .matches(etag: object.info.etag))
      }
    }
  }

  /// Writes one lease in several places.
  /// - Returns: the pages whose condition held.
  private func write(
    _ pages: [(url: String, condition: S3WriteCondition)], _ lease: PageLease, at location: (String) -> S3Location,
    deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let writes = pages.map { page in
      S3Write(lease.text, to: location(page.url), contentType: "text/plain", condition: page.condition)
    }
    var won: [String] = []
    for (page, outcome) in zip(pages, objects.putAll(writes, deadline: deadline)) {
      switch outcome {
      case .success: won.append(page.url)
      // Another scraper was faster, or a page has appeared.
      case .failure(let error) where error.kind == .preconditionFailed: break
      case .failure(let error): throw PipelineError(error)
      }
    }
    return won
  }
}
