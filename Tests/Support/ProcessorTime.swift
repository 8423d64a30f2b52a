import Foundation

/// The time that a thread computes. Unlike time on the clock it does not depend on what other threads and processes do.
public enum ProcessorTime {
  /// Returns the time that this thread computes for the work.
  public static func of(_ work: () throws -> Void) rethrows -> Duration {
    let start = now
    try work()
    return now - start
  }

  /// The time that this thread computed so far.
  private static var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
