/// An error with a stable name, which the Retry and Catch rules of the state machine match.
public protocol NamedError: Error {
  /// The name, reported as `errorType`.
  var errorType: String { get }
  /// Reported as `errorMessage`: what happened, to what, and what to do. Contains no secret.
  var errorMessage: String { get }
}
