/// An error that knows the stable name by which the state machine's Retry and Catch know it.
public protocol NamedError: Error {
  /// Reported as `errorType`.
  var errorType: String { get }
  /// Reported as `errorMessage`: what happened, to what, what to do. Safe to log.
  var errorMessage: String { get }
}
