import AWS
import Contracts
import FoundationEssentials
import Time

/// Who of a run asks for a page: `pages/wwoz/claims/RUN/…`, written by conditional puts, of which one succeeds.
extension PageStore {
  /// One of the scrapers of a run.
  public struct LeaseHolder: Sendable {
    public let run: String
    /// Its date. What it had claimed before it was killed is still its own.
    public let holder: String

    public init(run: String, holder: String) {
      self.run = run
      self.holder = holder
    }
  }

  /// Claims pages, as a rule those that nobody has claimed.
  /// - Parameters:
  ///   - until: how long the claims hold.
  ///   - now: by the same clock.
  /// - Returns: those that the holder is to ask for.
  /// - Throws: what kept the store from saying whose a page is.
  public func claim(
    _ urls: [String], by holder: LeaseHolder, until: Date, now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let won = try write(urls.map { ($0, .absent) }, by: holder, until: until, deadline: deadline)
    let lost = urls.filter { !won.contains($0) }
    return try won + reclaim(lost, by: holder, until: until, now: now, deadline: deadline)
  }

  /// Claims pages, as a rule those that somebody else has claimed: those whose claim was released or is past its time. The
  /// holder's own claims are renewed, so that nobody takes them over while it asks.
  /// Parameters and answer are those of `claim`.
  public func reclaim(
    _ urls: [String], by holder: LeaseHolder, until: Date, now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let free = try claims(of: urls, run: holder.run, deadline).filter { found in
      found.claim.map { $0.holder == holder.holder || $0.until <= now } ?? true
    }
    return try write(free.map { ($0.url, $0.condition) }, by: holder, until: until, deadline: deadline)
  }

  /// Gives claims up, so that others need not wait for pages that did not come: they are past their time from now on.
  /// What others hold by now stays theirs.
  public func release(_ urls: [String], by holder: LeaseHolder, deadline: Deadline) throws(PipelineError) {
    let past = Date(timeIntervalSince1970: 0)
    let own = try claims(of: urls, run: holder.run, deadline).filter { $0.claim?.holder == holder.holder }
    _ = try write(own.map { ($0.url, $0.condition) }, by: holder, until: past, deadline: deadline)
  }

  /// What lies where the claims do, and the condition under which it may be replaced.
  private func claims(
    of urls: [String], run: String, _ deadline: Deadline
  ) throws(PipelineError) -> [(url: String, claim: PageLease?, condition: S3WriteCondition)] {
    let answers = s3.getAll(urls.map { claimLocation($0, run: run) }, deadline: deadline)
    return try zip(urls, answers).map { (url, answer) throws(PipelineError) in
      switch answer {
      case .failure(let error) where error.kind == .notFound: (url, nil, .absent)
      case .failure(let error): throw PipelineError(error)
      case .success(let object): (url, PageLease(object.body), .matches(etag: object.info.etag))
      }
    }
  }

  /// - Returns: those whose condition held.
  private func write(
    _ claims: [(url: String, condition: S3WriteCondition)], by holder: LeaseHolder, until: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let text = PageLease(holder: holder.holder, until: until).text
    let writes = claims.map { claim in
      S3Write(
        text, to: claimLocation(claim.url, run: holder.run), contentType: "text/plain", condition: claim.condition)
    }
    var won: [String] = []
    for (claim, outcome) in zip(claims, s3.putAll(writes, deadline: deadline)) {
      switch outcome {
      case .success: won.append(claim.url)
      // Somebody was faster.
      case .failure(let error) where error.kind == .preconditionFailed: break
      case .failure(let error): throw PipelineError(error)
      }
    }
    return won
  }
}
