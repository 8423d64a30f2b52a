import Glibc

/// A thread with a large stack, on which everything of libjq runs: it frees nested values recursively. The caller waits for
/// it, so no two threads use an interpreter at once.
final class JQWorker: @unchecked Sendable {
  /// Bytes of address space, of which only what is used costs memory. The limit of memory keeps values from nesting deeper
  /// than this allows.
  private static let stackBytes = 512 << 20

  private let work: () -> Void
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private let condition: UnsafeMutablePointer<pthread_cond_t>
  private var isDone = false

  private init(_ work: @escaping () -> Void) {
    self.work = work
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
    lock.deallocate()
    condition.deallocate()
  }

  /// Runs the work on a thread of its own and waits for its end.
  /// - Parameter watch: looks at the work every 20 ms; nil for work without a limit.
  /// - Throws: `JQError` if there can be no thread.
  static func run(_ watch: JQWatch? = nil, _ work: () -> Void) throws(JQError) {
    // The work has ended when this function returns.
    let error = withoutActuallyEscaping(work) { work in JQWorker(work).run(watch) }
    if error != 0 { throw JQError("no thread can be started for jq (error \(error)): is memory short?") }
  }

  private func run(_ watch: JQWatch?) -> CInt {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setstacksize(&attributes, Self.stackBytes)
    var thread = pthread_t()
    let error = pthread_create(
      &thread, &attributes,
      { argument in
        guard let argument else { return nil }
        Unmanaged<JQWorker>.fromOpaque(argument).takeUnretainedValue().perform()
        return nil
      }, Unmanaged.passUnretained(self).toOpaque())
    guard error == 0 else { return error }
    if let watch { wait(for: thread, watch) }
    pthread_join(thread, nil)
    return 0
  }

  private func perform() {
    work()
    pthread_mutex_lock(lock)
    isDone = true
    pthread_cond_signal(condition)
    pthread_mutex_unlock(lock)
  }

  private func wait(for thread: pthread_t, _ watch: JQWatch) {
    var clock = clockid_t()
    guard pthread_getcpuclockid(thread, &clock) == 0 else { return }
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    while !isDone {
      var time = timespec()
      clock_gettime(CLOCK_MONOTONIC, &time)
      time.tv_nsec += 20_000_000
      if time.tv_nsec >= 1_000_000_000 {
        time.tv_sec += 1
        time.tv_nsec -= 1_000_000_000
      }
      if pthread_cond_timedwait(condition, lock, &time) == ETIMEDOUT, !isDone { watch.look(clock) }
    }
  }
}
