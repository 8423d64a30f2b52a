import Time

/// A backend of checkpoints. Several processes may change one item's state at once: none of their changes is lost.
public protocol CheckpointStore: AnyObject {
  /// Returns the states of items, by their names; none of an item that has no state yet.
  /// - Throws: `StorageCorrupt` for a state that cannot be read; a retryable error if the backend is not reachable.
  func states(
    of names: [CheckpointName], deadline: Deadline
  ) throws(PipelineError) -> [CheckpointName: CheckpointState]

  /// Changes an item's state. `change` may be called several times, each time with the stored state, or with an empty one.
  /// - Returns: the state as it is stored now.
  /// - Throws: as `states`.
  @discardableResult
  func update(
    _ name: CheckpointName, deadline: Deadline, _ change: (inout CheckpointState) -> Void
  ) throws(PipelineError) -> CheckpointState

  /// Removes the checkpoint of an item, so that its next run reads everything. A state that cannot be read is replaced.
  /// - Returns: the checkpoint that it had; nil if there was none, or if it could not be read.
  func reset(_ name: CheckpointName, deadline: Deadline) throws(PipelineError) -> Checkpoint?
}

extension PipelineError {
  /// The error of a stored state that cannot be read.
  /// - Parameter place: the place of the state, for a person.
  public static func corruptCheckpoint(_ name: CheckpointName, in place: String) -> PipelineError {
    PipelineError(
      .storageCorrupt,
      "the checkpoint of \(name) in \(place) cannot be read: another program wrote it, or it is damaged. Nothing was read or "
        + "changed. Correct it, or start from the beginning with "
        + "`festvibes state \(name.dataset) --reset \(name.item)`")
  }
}
