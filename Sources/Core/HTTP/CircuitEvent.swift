/// A change in the state of a host's circuit breaker, for the log.
public enum CircuitEvent: Equatable, Sendable, CustomStringConvertible {
  /// Requests to the host fail at once until the cooldown is over.
  /// - Parameters:
  ///   - host: scheme, host and port.
  ///   - failures: the number of consecutive failures.
  ///   - cooldown: the time until the next request is tried.
  case opened(host: String, failures: Int, cooldown: Duration)
  /// The host responds again.
  case closed(host: String)

  public var description: String {
    switch self {
    case .opened(let host, let failures, let cooldown):
      "circuit open: \(host) failed \(failures) times in a row and gets no request for \(cooldown.components.seconds) s"
    case .closed(let host): "circuit closed: \(host) responds again"
    }
  }
}
