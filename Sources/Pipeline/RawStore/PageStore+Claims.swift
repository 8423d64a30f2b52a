import AWS
import FoundationEssentials
import Pipeline
import Time

/// Who of a run asks for a page: `pages/wwoz/claims/RUN/…`, written by conditional puts, of which one succeeds.
extension PageStore {
  /// One of the scrapers of a run.
  public struct Claimant: Sendable {
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
  /// - Returns: those that the claimant is to ask for.
  /// - Throws: what kept the store from saying whose a page is.
  public func claim(
    _ urls: [String], by claimant: Claimant, until: Date, now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let won = try write(urls.map { ($0, .absent) }, by: claimant, until: until, deadline: deadline)
    let lost = urls.filter { !won.contains($0) }
    return try won + reclaim(lost, by: claimant, until: until, now: now, deadline: deadline)
  }

  /// Claims pages, as a rule those that somebody else has claimed: those whose claim was released or is past its time.
  /// Parameters and answer are those of `claim`.
  public func reclaim(
    _ urls: [String], by claimant: Claimant, until: Date, now: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    var own: [String] = []
    var free: [(String, S3WriteCondition)] = []
    let claims = s3.getAll(urls.map { claimLocation($0, run: claimant.run) }, deadline: deadline)
    for (url, answer) in zip(urls, claims) {
      switch answer {
      case .failure(let error) where error.kind == .notFound: free.append((url, .absent))
      case .failure(let error): throw PipelineError(error)
      case .success(let object):
        let claim = PageClaim(object.body)
        if claim?.holder == claimant.holder {
          own.append(url)
        } else if claim.map({ $0.until <= now }) ?? true {
          free.append((url, .matches(etag: object.info.etag)))
        }
      }
    }
    return try own + write(free, by: claimant, until: until, deadline: deadline)
  }

  /// Gives claims up, so that others need not wait for pages that did not come: they are past their time from now on.
  public func release(_ urls: [String], by claimant: Claimant, deadline: Deadline) throws(PipelineError) {
    let past = Date(timeIntervalSince1970: 0)
    _ = try write(urls.map { ($0, .none) }, by: claimant, until: past, deadline: deadline)
  }

  /// - Returns: those whose condition held.
  private func write(
    _ claims: [(url: String, condition: S3WriteCondition)], by claimant: Claimant, until: Date, deadline: Deadline
  ) throws(PipelineError) -> [String] {
    let text = PageClaim(holder: claimant.holder, until: until).text
    let writes = claims.map { claim in
      S3Write(
        text, to: claimLocation(claim.url, run: claimant.run), contentType: "text/plain", condition: claim.condition)
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
