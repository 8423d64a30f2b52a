import HTTP
import Time

/// Sends requests to a source.
public protocol PageSource: AnyObject {
  /// Sends requests, several at once.
  /// - Returns: an outcome for each request, in order. All are there soon after the deadline at the latest.
  func send(_ requests: [FetchRequest], deadline: Deadline) -> [Result<PageResponse, FetchError>]

  /// The minimum interval between the starts of two requests from now on.
  var minimumInterval: Duration { get set }

  /// Called when the circuit breaker of the source's host opens or closes.
  var onCircuitEvent: (CircuitEvent) -> Void { get set }
}
