import Contracts
import Time

/// A value that is read by one thread at a time, and kept for a while. Threads that want it meanwhile wait for that
/// reader, and take what it found. So a hundred clients at once cost the database as much as one.
public final class KeptValue<Value: Sendable>: Sendable {
  private struct State {
    var kept: (result: Result<Value, any Error>, end: Duration)?
    var isBeingRead = false
  }

  private let state = Monitor(State())
  private let lifetime: Duration
  private let time: any TimeSource & Sendable
  /// Threads that wait for a reader that fails shall not all try it, one after another.
  private static var failureLifetime: Duration { .seconds(1) }

  public init(lifetime: Duration, time: any TimeSource & Sendable) {
    self.lifetime = lifetime
    self.time = time
  }

  /// Returns the kept value, else what `read` finds.
  /// - Parameter deadline: the end of the wait for another thread that reads; nil for a wait without end.
  /// - Throws: what `read` throws, and for a second what it threw for another thread; `DeadlineExceeded` if the other
  ///   thread still reads.
  public func value(by deadline: Deadline? = nil, orElse read: () throws -> Value) throws -> Value {
    var found: Result<Value, any Error>?
    let isOver = !state.wait(within: (deadline ?? .none(on: time)).remaining) { state in
      if let kept = state.kept, kept.end > time.uptime {
        found = kept.result
        return true
      }
      guard !state.isBeingRead else { return false }
      state.isBeingRead = true
      return true
    }
    if isOver { throw PipelineError(.deadlineExceeded, "another request was still reading the same from the database") }
    if let found { return try found.get() }
    let result = Result { try read() }
    var lifetime = lifetime
    if case .failure = result { lifetime = Self.failureLifetime }
    state.change { $0 = State(kept: (result, time.uptime + lifetime)) }
    return try result.get()
  }
}
