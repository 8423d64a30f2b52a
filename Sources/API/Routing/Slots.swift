import Time

/// A number of things that threads take and give back. A thread waits for what is not free, behind those that wait
/// already, and its wait ends.
public final class Slots: Sendable {
  private struct State {
    var free: Int
    /// The tickets of the threads that wait, in the order in which they came.
    var queue: [Int] = []
    var lastTicket = 0

    mutating func take(_ wanted: Int) -> Bool {
      guard free >= wanted else { return false }
      free -= wanted
      return true
    }

    mutating func join() -> Int {
      lastTicket += 1
      queue.append(lastTicket)
      return lastTicket
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
    let (isTaken, ticket): (Bool, Int?) = state.withLock { state in
      // A thread that wants few does not pass one that waits for many, which would else wait as long as others come.
      if state.queue.isEmpty, state.take(wanted) { return (true, nil) }
      return (false, limit > .zero && state.queue.count < mostWaiting ? state.join() : nil)
    }
    guard let ticket else { return isTaken }
    // Wakes the next thread of the queue, too: there may be enough for it.
    defer { state.change { $0.queue.removeAll { $0 == ticket } } }
    return state.wait(within: limit) { $0.queue.first == ticket && $0.take(wanted) }
  }

  public func give(_ count: Int = 1) { state.change { $0.free += count } }

  /// The threads that wait.
  var waitingThreads: Int { state.withLock { $0.queue.count } }
}
