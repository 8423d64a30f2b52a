import FoundationEssentials
import Time

/// A clock that moves only when a test advances it or code sleeps on it.
public final class ManualTime: TimeSource {
  public private(set) var now: Date
  public private(set) var uptime: Duration = .zero
  /// All requested waits, in order.
  public private(set) var sleeps: [Duration] = []

  public init(_ now: Date = Date(timeIntervalSince1970: 1_717_182_000)) { self.now = now }

  public func advance(by duration: Duration) {
    now += duration.inSeconds
    uptime += duration
  }

  public func sleep(for duration: Duration) {
    sleeps.append(duration)
    if duration > .zero { advance(by: duration) }
  }
}

/// A generator that always returns the same value, so that a jittered delay has a known length.
public struct FixedRandom: RandomNumberGenerator, Sendable {
  let value: UInt64

  public init(_ value: UInt64 = .max) { self.value = value }

  public mutating func next() -> UInt64 { value }
}
