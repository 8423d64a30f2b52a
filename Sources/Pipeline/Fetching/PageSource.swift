import HTTP
import Time

/// Sends requests to a source.
public protocol PageSource: AnyObject {
  /// Sends requests, several at once, and passes on each outcome as soon as it is there. All are there soon after the
  /// deadline at the latest.
  /// - Parameter deliver: takes the index of a request and its outcome, once for each, in any order.
  func send(
    _ requests: [FetchRequest], deadline: Deadline,
    deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void)

  /// Drops the cookies that the source has set.
  func forgetCookies()

  /// The minimum interval between the starts of two requests from now on.
  var minimumInterval: Duration { get set }

  /// The requests that may start at once after a pause, from now on.
  var burst: Int { get set }

  /// Called when the circuit breaker of the source's host opens or closes.
  var onCircuitEvent: (CircuitEvent) -> Void { get set }
}

extension PageSource {
  /// 1 for a source without a token bucket.
  public var burst: Int {
    get { 1 }
    set {}
  }

  /// Sends requests, several at once.
  /// - Returns: an outcome for each request, in order.
  package func send(_ requests: [FetchRequest], deadline: Deadline) -> [Result<PageResponse, FetchError>] {
    var outcomes = [Result<PageResponse, FetchError>?](repeating: nil, count: requests.count)
    send(requests, deadline: deadline) { outcomes[$0] = $1 }
    return outcomes.map { $0 ?? .failure(FetchError(.unavailable, "there is no response")) }
  }
}
