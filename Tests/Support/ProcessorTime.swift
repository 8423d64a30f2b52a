import Foundation

/// The time that a thread or a process computes. Unlike time on the clock it does not depend on what other threads and processes do.
public enum ProcessorTime {
  /// Returns the time that this thread computes for the work.
  public static func of(_ work: () throws -> Void) rethrows -> Duration {
    let start = now
    try work()
    return now - start
  }

  /// Returns the milliseconds that a process of any user computed so far; 0 if there is none.
  public static func milliseconds(of process: pid_t) -> Double {
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
    return Double(time.tv_sec) * 1e3 + Double(time.tv_nsec) / 1e6
  }

  /// The time that this thread computed so far.
  private static var now: Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
