import Glibc

/// State that threads share under a lock, and for whose change they wait. The waits are measured by the monotonic clock:
/// by the clock of the day, they would last as long as that is set back.
public final class Monitor<State>: @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var state: State

  public init(_ state: sending State) {
    self.state = state
    lock = .allocate(capacity: 1)
    condition = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(condition, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(lock)
    condition.deallocate()
    lock.deallocate()
  }

  /// Reads the state, or changes it without waking a thread that waits.
  public func withLock<Result>(_ body: (inout State) -> sending Result) -> sending Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body(&state)
  }

  /// Changes the state and wakes all threads that wait: each may wait for something else.
  public func change(_ body: (inout State) -> Void) {
    withLock { state in
      body(&state)
      pthread_cond_broadcast(condition)
    }
  }

  /// Waits until a condition holds, which may change the state when it does.
  /// - Returns: false if it did not hold within the time.
  public func wait(within limit: Duration, until holds: (inout State) -> Bool) -> Bool {
    withLock { state in
      if holds(&state) { return true }
      var end = Self.moment(after: limit)
      while pthread_cond_timedwait(condition, lock, &end) == 0 { if holds(&state) { return true } }
      return holds(&state)
    }
  }

  private static func moment(after duration: Duration) -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let (seconds, attoseconds) = duration.components
    let nanoseconds = now.tv_nsec + Int(attoseconds / 1_000_000_000)
    return timespec(
      tv_sec: now.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
  }
}
