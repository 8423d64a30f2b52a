import Foundation

/// Runs all of them at once, each on a thread of its own, and returns when the last has ended.
public func concurrently(_ work: [@Sendable () -> Void]) {
  let group = DispatchGroup()
  for item in work {
    group.enter()
    Thread.detachNewThread {
      item()
      group.leave()
    }
  }
  group.wait()
}

/// Holds threads until the given number of them has come.
public final class Barrier: Sendable {
  private let arrived = DispatchSemaphore(value: 0)
  private let waiting: Guarded<Int>

  public init(_ count: Int) { waiting = Guarded(count) }

  public func wait() {
    let isLast = waiting.change { count in
      count -= 1
      return count == 0
    }
    if isLast { arrived.signal() }
    arrived.wait()
    // Each that passes lets the next one through.
    arrived.signal()
  }
}

/// A value that threads share.
public final class Guarded<Value: Sendable>: @unchecked Sendable {
  private var value: Value
  private let lock = NSLock()

  public init(_ value: Value) { self.value = value }

  public func change<Result>(_ body: (inout Value) -> Result) -> Result { lock.withLock { body(&value) } }
}
