import Glibc
import Time

/// A thread with a large stack, on which everything of libjq runs: it frees nested values recursively. The caller waits for
/// it, so no two threads use an interpreter at once.
final class JQWorker: @unchecked Sendable {
  /// Bytes of address space, of which only what is used costs memory. The limit of memory keeps values from nesting deeper
  /// than this allows.
  private static let stackBytes = 512 << 20

  private let work: () -> Void
  private let isDone = Monitor(false)

  private init(_ work: @escaping () -> Void) { self.work = work }

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
    isDone.change { $0 = true }
  }

  private func wait(for thread: pthread_t, _ watch: JQWatch) {
    var clock = clockid_t()
    guard pthread_getcpuclockid(thread, &clock) == 0 else { return }
    while !isDone.wait(within: .milliseconds(20), until: { $0 }) {
      // Under the lock the thread cannot end, and its clock with it.
      isDone.withLock { if !$0 { watch.look(clock) } }
    }
  }
}
