import Contracts
import Redis
import Time

extension PipelineError {
  /// A failure of the cache, under the name that the state machine knows. If a setting is the cause, the message names its
  /// variable. Of the address it shows host and port, never user or password.
  /// - Parameter deadline: the deadline of the call.
  init(_ error: RedisError, deadline: Deadline? = nil) {
    switch error.kind {
    // No retry leads to another node of a cluster.
    case .invalidURL, .cluster: self.init(.configurationInvalid, "REDIS_URL: \(error)")
    case .authentication:
      self.init(.configurationInvalid, "the user or password in REDIS_URL is not accepted: \(error)")
    case .passwordMissing:
      self.init(.configurationInvalid, "REDIS_URL has no password and the server requires one: \(error)")
    case .tls:
      self.init(.configurationInvalid, "the TLS connection to Redis failed (REDIS_URL, REDIS_CA_FILE): \(error)")
    // No retry helps: this is not the cache of the events, or not one at all.
    case .tooLarge: self.init(.storageCorrupt, "Redis: \(error). Does REDIS_URL name the right server?")
    case .timedOut where deadline?.hasPassed == true:
      self.init(.deadlineExceeded, "no time was left for Redis: \(error)")
    case .timedOut, .connection, .notServing, .reply, .protocolViolation:
      self.init(.cacheUnavailable, "Redis: \(error)")
    }
  }
}
