import Contracts
import HTTP

/// A condition that does not fail an item, for the function's log.
public enum FetchWarning: Sendable {
  /// The circuit breaker of the source's host has opened or closed.
  case circuit(CircuitEvent)
  /// The page store fails. From here on this scraper requests every page itself.
  case storeFailed(PipelineError)
  /// A stored page is damaged. It is requested, and stored, again.
  case damagedPage(PipelineError)
}
