import Glibc
import Time

/// Stops a filter that takes too long or too much memory. The worker says when it begins and ends an input; the caller,
/// which waits for the worker, looks at it every 20 ms. libjq 1.6 looks at `halted` before each step.
final class JQWatch: Sendable {
  private struct State {
    var halt: (() -> Void)?
    /// Counts the inputs.
    var input = 0
    var start: Duration = .zero
    var reason: String?
    /// The input at the last look, and the size of the process then.
    var seen: (input: Int, size: Int) = (0, 0)
  }

  let limits: JQLimits
  private let state = Monitor(State())

  init(_ limits: JQLimits) { self.limits = limits }

  /// Called by the worker before the interpreter runs.
  func begin(_ halt: @escaping () -> Void) {
    let now = Self.processorTime(CLOCK_THREAD_CPUTIME_ID)
    state.withLock { state in
      state.input += 1
      state.start = now
      state.reason = nil
      state.halt = halt
    }
  }

  /// Called by the worker when the interpreter has stopped.
  /// - Returns: the reason if it was halted.
  func end() -> String? {
    state.withLock { state in
      state.halt = nil
      return state.reason
    }
  }

  var isHalted: Bool { state.withLock { $0.reason != nil } }

  /// Called by the waiting thread.
  /// - Parameter clock: the worker's processor time.
  func look(_ clock: clockid_t) {
    let size = Self.processSize()
    let now = Self.processorTime(clock)
    state.withLock { state in
      guard let halt = state.halt, state.reason == nil else { return }
      if state.seen.input != state.input { state.seen = (state.input, size) }
      if now - state.start > limits.duration {
        state.reason = "it was stopped after \(limits.duration) of processor time"
      } else if size - state.seen.size > limits.memory {
        state.reason = "it was stopped because it needs more than \(limits.memory >> 20) MB of memory"
      }
      if state.reason != nil { halt() }
    }
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
