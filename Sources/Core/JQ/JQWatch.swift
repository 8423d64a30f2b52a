import Glibc

/// Stops a filter that takes too long or too much memory. The worker says when it begins and ends an input; the caller,
/// which waits for the worker, looks at it every 20 ms. libjq 1.6 looks at `halted` before each step.
final class JQWatch: @unchecked Sendable {
  let limits: JQLimits
  private let lock: UnsafeMutablePointer<pthread_mutex_t>
  private var halt: (() -> Void)?
  /// Counts the inputs.
  private var input = 0
  private var start: Duration = .zero
  private var reason: String?
  /// The input at the last look, and the size of the process then.
  private var seen: (input: Int, size: Int) = (0, 0)

  init(_ limits: JQLimits) {
    self.limits = limits
    lock = .allocate(capacity: 1)
    pthread_mutex_init(lock, nil)
  }

  deinit {
    pthread_mutex_destroy(lock)
    lock.deallocate()
  }

  /// Called by the worker before the interpreter runs.
  func begin(_ halt: @escaping () -> Void) {
    let now = Self.processorTime(CLOCK_THREAD_CPUTIME_ID)
    withLock {
      input += 1
      start = now
      reason = nil
      self.halt = halt
    }
  }

  /// Called by the worker when the interpreter has stopped.
  /// - Returns: the reason if it was halted.
  func end() -> String? {
    withLock {
      halt = nil
      return reason
    }
  }

  var isHalted: Bool { withLock { reason != nil } }

  /// Called by the waiting thread.
  /// - Parameter clock: the worker's processor time.
  func look(_ clock: clockid_t) {
    let size = Self.processSize()
    let now = Self.processorTime(clock)
    withLock {
      guard let halt, reason == nil else { return }
      if seen.input != input { seen = (input, size) }
      if now - start > limits.duration {
        reason = "it was stopped after \(limits.duration) of processor time"
      } else if size - seen.size > limits.memory {
        reason = "it was stopped because it needs more than \(limits.memory >> 20) MB of memory"
      }
      if reason != nil { halt() }
    }
  }

  private func withLock<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }

  private static func processorTime(_ clock: clockid_t) -> Duration {
    var time = timespec()
    guard clock_gettime(clock, &time) == 0 else { return .zero }
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  /// The bytes of memory that the process holds.
  private static func processSize() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, CInt(line.count), file) != nil else { return 0 }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let words = text.split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * sysconf(CInt(_SC_PAGESIZE)) : 0
  }
}
