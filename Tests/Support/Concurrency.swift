import Foundation
import Synchronization

/// Runs each item on its own thread and returns when all have ended.
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

/// Holds threads until the given number of them has arrived.
public final class Barrier: Sendable {
  private let group = DispatchGroup()

  public init(_ count: Int) {
    for _ in 0..<count { group.enter() }
  }

  public func wait() {
    group.leave()
    group.wait()
  }
}

/// A value that threads share: a `Mutex` that closures can capture.
public final class Locked<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>

  public init(_ value: Value) { mutex = Mutex(value) }

  /// Calls `body` with exclusive access to the value.
  public func change<Result: Sendable>(_ body: (inout Value) -> Result) -> Result { mutex.withLock { body(&$0) } }
}
