import Time

/// The lock of a dataset: one run of it at a time. The owner is the run, by its name, so that every function of the run
/// can renew it, and every call can be repeated after a lost response.
///
/// A lock expires, because its owner may die. It can be taken over `RunLocks.takeoverDelay` after that: the clocks of two
/// machines differ. An expired lock that no run has taken over is still its owner's.
public protocol RunLock: AnyObject {
  /// The way in which a person names the lock: `etl:news in the DynamoDB table etl-locks`.
  var description: String { get }
  /// The time after which the lock expires, from its last renewal.
  var timeout: Duration { get }

  /// Takes the lock for a run, or renews it if the run has it.
  /// - Returns: nil if the run has the lock now, else its holder.
  /// - Throws: a retryable error if the place of the locks is not reachable; `ConfigurationInvalid`.
  func acquire(for run: String, deadline: Deadline) throws(PipelineError) -> LockHolder?

  /// Extends the lock of a run.
  /// - Returns: false if the run does not have it.
  /// - Throws: as `acquire`.
  func renew(for run: String, deadline: Deadline) throws(PipelineError) -> Bool

  /// Gives up the lock of a run. The lock of another run stays.
  /// - Returns: false if the run does not have it, as after an earlier release whose response was lost.
  /// - Throws: as `acquire`.
  @discardableResult
  func release(for run: String, deadline: Deadline) throws(PipelineError) -> Bool

  /// Returns the holder, whose lock may have expired; nil if there is none.
  /// - Throws: as `acquire`.
  func holder(deadline: Deadline) throws(PipelineError) -> LockHolder?
}

/// The rules that every kind of lock follows.
public enum RunLocks {
  /// The time after its end at which a lock can be taken over, in seconds.
  public static let takeoverDelay = 60

  /// Takes the lock for a run that begins, or renews it.
  /// - Throws: `RunLocked`, which names the holder; as `RunLock.acquire`.
  public static func acquire(
    _ lock: any RunLock, for run: String, of dataset: Dataset, deadline: Deadline
  ) throws(PipelineError) {
    guard let holder = try lock.acquire(for: run, deadline: deadline) else { return }
    throw PipelineError(
      .runLocked,
      "another run of \(dataset.id) is under way: \(holder). This run, \(run), has done nothing. Start it again when the "
        + "other has ended; if the other is dead, the lock can be taken over \(takeoverDelay) seconds after its end, or "
        + "released: festvibes lock \(dataset.id)")
  }

  /// Renews the lock of a run, so that what the run does next is not done beside another run.
  /// - Parameter action: what is not done otherwise, for the message: `load 2024-05-31`.
  /// - Throws: `RunLocked` if the run has lost the lock; as `RunLock.renew`.
  public static func renew(
    _ lock: any RunLock, for run: String, of dataset: Dataset, before action: String, deadline: Deadline
  ) throws(PipelineError) {
    guard try !lock.renew(for: run, deadline: deadline) else { return }
    let holder = try lock.holder(deadline: deadline)
    throw PipelineError(
      .runLocked,
      "the run \(run) no longer has the lock of \(dataset.id), so it does not \(action): "
        + (holder.map { "\($0)" } ?? "the lock has expired and another run has had it since, or it was released")
        + ". Start a new run for the items that this one has left: festvibes retry")
  }
}
