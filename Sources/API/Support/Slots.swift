import Glibc

/// A number of things that threads take and give back: a semaphore whose wait ends.
final class Slots: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  init(_ count: Int) {
    semaphore = .allocate(capacity: 1)
    semaphore.initialize(to: sem_t())
    sem_init(semaphore, 0, UInt32(count))
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  /// Waits for a free one.
  /// - Returns: false if there was none within the time.
  func take(within limit: Duration) -> Bool {
    var end = timespec()
    clock_gettime(CLOCK_REALTIME, &end)
    let (seconds, attoseconds) = limit.components
    let nanoseconds = end.tv_nsec + Int(attoseconds / 1_000_000_000)
    end = timespec(
      tv_sec: end.tv_sec + Int(seconds) + nanoseconds / 1_000_000_000, tv_nsec: nanoseconds % 1_000_000_000)
    while true {
      if sem_timedwait(semaphore, &end) == 0 { return true }
      guard errno == EINTR else { return false }
    }
  }

  func give() { sem_post(semaphore) }
}
