/// The outcome of a run. The words are those of `festvibes status`.
enum RunOutcome: String {
  case running
  /// Every item was done, and no record is missing.
  case success
  /// An item failed or is incomplete, a record was rejected, or the cache may be older than the database.
  case partial
  /// The run was given up.
  case failed
  /// A person or a program stopped the run.
  case stopped
  /// Another run of the dataset holds its lock, so that this one did nothing.
  case locked
}
