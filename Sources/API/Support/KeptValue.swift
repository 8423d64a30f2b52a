import Synchronization
import Time

/// A value that is read by one thread at a time, and kept for a while. Threads that want it meanwhile wait for that reader,
/// and take what it found. So a hundred clients at once cost the database as much as one.
public final class KeptValue<Value: Sendable>: Sendable {
  private let kept = Mutex<(result: Result<Value, any Error>, end: Duration)?>(nil)
  private let lifetime: Duration
  private let time: any TimeSource & Sendable
  /// Those who wait for a reader that fails shall not all try it, one after another.
  private static var failureLifetime: Duration { .seconds(1) }

  public init(lifetime: Duration, time: any TimeSource & Sendable) {
    self.lifetime = lifetime
    self.time = time
  }

  /// Returns the kept value, else what `read` finds.
  /// - Throws: what `read` throws, and for a second what it threw for another thread.
  public func value(orElse read: () throws -> Value) throws -> Value {
    try kept.withLock { kept in
      if let kept, kept.end > time.uptime { return try kept.result.get() }
      let result = Result { try read() }
      var lifetime = lifetime
      if case .failure = result { lifetime = Self.failureLifetime }
      kept = (result, time.uptime + lifetime)
      return try result.get()
    }
  }
}
