/// The state of a work item in a run.
public enum ItemState: String, CaseIterable, Codable, Sendable {
  /// Loaded and cached.
  case done
  /// A stage failed after all retries.
  case failed
  /// It had begun when the run was stopped, and did not fail by itself.
  case aborted
  /// It never began, because the run ended before.
  case notTried = "not_tried"
  /// The run goes on, and has not come to the item yet.
  case waiting
  /// The run has not ended, and neither has the item.
  case running
  /// The run has ended, and whether the item had begun is not known: only Step Functions knows, and was not asked.
  case unknown

  /// Derives the state of an item from what the ledger has of it.
  /// - Parameters:
  ///   - run: the item's run.
  ///   - isLoaded: true if a document of the item was loaded in the run.
  ///   - hasFailed: true if a failure of the item in the run is recorded.
  public init(of item: String, in run: RunRecord, isLoaded: Bool, hasFailed: Bool) {
    self =
      if hasFailed {
        .failed
      } else if run.itemsAborted?.contains(item) == true {
        .aborted
      } else if run.itemsNotTried?.contains(item) == true {
        .notTried
      } else if isLoaded {
        .done
      } else if run.status == .running {
        .running
      } else {
        .unknown
      }
  }

  /// The name for a person.
  public var name: String { self == .notTried ? "not tried" : rawValue }
}
