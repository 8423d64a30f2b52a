import FoundationEssentials
import Glibc

/// The source of time and waits. Production code passes `SystemTime`; a test passes a clock that it moves itself, so that no
/// test sleeps or depends on today's date.
public protocol TimeSource {
  /// The wall clock.
  var now: Date { get }
  /// A monotonic clock: the time since an arbitrary start.
  var uptime: Duration { get }
  /// Blocks the calling thread. Returns immediately if the duration is negative.
  func sleep(for duration: Duration)
}

/// The system's clocks.
public struct SystemTime: TimeSource, Sendable {
  public init() {}

  public var now: Date { Date() }

  public var uptime: Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }

  public func sleep(for duration: Duration) {
    guard duration > .zero else { return }
    let (seconds, attoseconds) = duration.components
    var wanted = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var left = timespec()
    while nanosleep(&wanted, &left) == -1 && errno == EINTR { wanted = left }
  }
}

extension Duration {
  /// The duration in seconds, as a floating-point number.
  public var inSeconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }

  /// The duration in whole milliseconds, rounded down.
  public var inMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }
}
