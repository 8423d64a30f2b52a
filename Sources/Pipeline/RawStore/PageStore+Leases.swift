import AWS
import Contracts
import FoundationEssentials
import Time

/// Leases on pages: `pages/SOURCE/claims/RUN/…`, written by conditional puts, of which one succeeds.
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
  }

  /// Acquires leases on pages, most of which no scraper has leased yet.
  /// - Parameters:
  ///   - until: the expiry of the leases.
  ///   - now: the time by the same clock.
  /// - Returns: the pages that the holder must request.
  /// - Throws: the store's failure.
  public func acquire(
    _ urls: [String], by holder: LeaseHolder, until: Date, now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let won = try write(urls.map { ($0, .absent) }, by: holder, until: until, deadline: deadline)
    let lost = urls.filter { !won.contains($0) }
    return try won + acquireFree(lost, by: holder, until: until, now: now, deadline: deadline)
  }

  /// Acquires leases on pages, most of which another scraper has leased: released and expired ones. The holder's own
  /// leases are renewed, so that they do not expire while it sends its requests. Parameters and result are those of
  /// `acquire`.
  public func acquireFree(
    _ urls: [String], by holder: LeaseHolder, until: Date, now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let free = try leases(on: urls, run: holder.run, deadline).filter { found in
      found.lease.map { $0.holder == holder.holder || $0.until <= now } ?? true
    }
    return try write(free.map { ($0.url, $0.condition) }, by: holder, until: until, deadline: deadline)
  }

  /// Releases the holder's leases, so that other scrapers need not wait for pages that could not be read. Leases of other
  /// holders stay.
  public func release(_ urls: [String], by holder: LeaseHolder, deadline: Deadline) throws(PipelineError) {
    // A lease that has expired is free.
    let past = Date(timeIntervalSince1970: 0)
    let own = try leases(on: urls, run: holder.run, deadline).filter { $0.lease?.holder == holder.holder }
    _ = try write(own.map { ($0.url, $0.condition) }, by: holder, until: past, deadline: deadline)
  }

  /// Reads the present leases, each with the condition under which it may be replaced.
  private func leases(
    on urls: [String], run: String, _ deadline: Deadline
  ) throws(PipelineError) -> [(url: String, lease: PageLease?, condition: S3WriteCondition)] {
    let outcomes = s3.getAll(urls.map { leaseLocation($0, run: run) }, deadline: deadline)
    return try zip(urls, outcomes).map { (url, outcome) throws(PipelineError) in
      switch outcome {
      case .failure(let error) where error.kind == .notFound: (url, nil, .absent)
      case .failure(let error): throw PipelineError(error)
      case .success(let object): (url, PageLease(object.body), .matches(etag: object.info.etag))
      }
    }
  }

  /// - Returns: the pages whose condition held.
  private func write(
    _ leases: [(url: String, condition: S3WriteCondition)], by holder: LeaseHolder, until: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let text = PageLease(holder: holder.holder, until: until).text
    let writes = leases.map { lease in
      S3Write(
        text, to: leaseLocation(lease.url, run: holder.run), contentType: "text/plain", condition: lease.condition)
    }
    var won: [String] = []
    for (lease, outcome) in zip(leases, s3.putAll(writes, deadline: deadline)) {
      switch outcome {
      case .success: won.append(lease.url)
      // Another scraper was faster.
      case .failure(let error) where error.kind == .preconditionFailed: break
      case .failure(let error): throw PipelineError(error)
      }
    }
    return won
  }
}
