import Glibc

/// A number of things that threads take and give back. A thread waits for what is not free, and its wait ends.
public final class Slots: @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let change: UnsafeMutablePointer<pthread_cond_t>
  private var free: Int
  private var waiting = 0
  private let mostWaiting: Int

  /// - Parameter mostWaiting: the threads that may wait at a time.
  public init(_ count: Int, mostWaiting: Int = .max) {
    free = count
    self.mostWaiting = mostWaiting
    lock = .allocate(capacity: 1)
    change = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    // A semaphore would wait by the clock that is set: as long as that is set back.
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(change, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(change)
    pthread_mutex_destroy(lock)
    change.deallocate()
    lock.deallocate()
  }

  /// Waits for free ones, and takes all that are wanted at once.
  /// - Returns: false if there were too few within the time, or too many threads wait already.
  public func take(_ wanted: Int = 1, within limit: Duration) -> Bool {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    if free < wanted {
      guard waiting < mostWaiting else { return false }
      waiting += 1
      defer { waiting -= 1 }
      var end = Self.moment(after: limit)
      while free < wanted { if pthread_cond_timedwait(change, lock, &end) != 0, free < wanted { return false } }
    }
    free -= wanted
    return true
  }

  public func give(_ count: Int = 1) {
    pthread_mutex_lock(lock)
    free += count
    // Who waits may want different numbers.
    pthread_cond_broadcast(change)
    pthread_mutex_unlock(lock)
  }

  /// The threads that wait.
  var waitingThreads: Int {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return waiting
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
