import Contracts
import Foundation
import Time

/// A lock in memory, whose clock the test moves. It can be made to fail.
public final class FakeLock: RunLock {
  public let description = "etl:d in memory"
  public let timeout: Duration
  /// The owner, and the end of its lock.
  public private(set) var held: (run: String, since: Date, until: Date)?
  /// The calls, as `acquire run-1`, those that failed included.
  public private(set) var calls: [String] = []
  public var error: PipelineError?
  private let time: ManualTime

  public init(_ time: ManualTime, timeout: Duration = .seconds(300)) {
    self.time = time
    self.timeout = timeout
  }

  private func note(_ call: String) throws(PipelineError) {
    calls.append(call)
    if let error { throw error }
  }

  private func extend(_ run: String) {
    held = (run, held?.run == run ? held?.since ?? time.now : time.now, time.now + Double(timeout.components.seconds))
  }

  public func acquire(for run: String, deadline: Deadline) throws(PipelineError) -> LockHolder? {
    try note("acquire \(run)")
    if let held, held.run != run, held.until + Double(RunLocks.takeoverDelay) >= time.now { return holder() }
    extend(run)
    return nil
  }

  public func renew(for run: String, deadline: Deadline) throws(PipelineError) -> Bool {
    try note("renew \(run)")
    guard held?.run == run else { return false }
    extend(run)
    return true
  }

  public func release(for run: String, deadline: Deadline) throws(PipelineError) -> Bool {
    try note("release \(run)")
    guard held?.run == run else { return false }
    held = nil
    return true
  }

  public func holder(deadline: Deadline) throws(PipelineError) -> LockHolder? {
    try note("holder")
    return holder()
  }

  private func holder() -> LockHolder? {
    held.map { LockHolder(run: $0.run, acquiredAt: $0.since, expiresAt: $0.until, hasExpired: $0.until < time.now) }
  }
}
