import Time

/// A number of things that threads take and give back. A thread waits for what is not free, and its wait ends.
public final class Slots: Sendable {
  private struct State {
    var free: Int
    var waiting = 0

    mutating func take(_ wanted: Int) -> Bool {
      guard free >= wanted else { return false }
      free -= wanted
      return true
    }
  }

  private let state: Monitor<State>
  private let mostWaiting: Int

  /// - Parameter mostWaiting: the threads that may wait at a time.
  public init(_ count: Int, mostWaiting: Int = .max) {
    state = Monitor(State(free: count))
    self.mostWaiting = mostWaiting
  }

  /// Waits for free ones, and takes all that are wanted at once.
  /// - Returns: false if there were too few within the time, or too many threads wait already.
  public func take(_ wanted: Int = 1, within limit: Duration) -> Bool {
    let isTaken: Bool? = state.withLock { state in
      if state.take(wanted) { return true }
      guard state.waiting < mostWaiting else { return false }
      state.waiting += 1
      return nil
    }
    if let isTaken { return isTaken }
    defer { state.withLock { $0.waiting -= 1 } }
    return state.wait(within: limit) { $0.take(wanted) }
  }

  public func give(_ count: Int = 1) { state.change { $0.free += count } }

  /// The threads that wait.
  var waitingThreads: Int { state.withLock { $0.waiting } }
}
