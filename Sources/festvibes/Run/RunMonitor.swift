import AWS
import Foundation
import Time

/// Follows a run to its end.
struct RunMonitor {
  /// Step Functions reports a child's end a little later than the run's.
  private static let finalPolls = 10
  /// Consecutive failures, each after the client's own retries, after which the monitor gives up.
  private static let failuresInARow = 5
  /// The interval between two drawings, so that the durations on the screen advance.
  private static let tick = Duration.milliseconds(500)

  let follower: ExecutionFollower
  let time: any TimeSource

  /// - Parameter show: called after each poll, and between two polls.
  /// - Throws: the error that stopped the polling, or that of `show`. The run itself continues.
  func run(_ show: (RunProgress) throws -> Void) throws -> RunProgress {
    var interval = PollInterval()
    var last: RunProgress?
    var pollsLeft = Self.finalPolls
    var failures = 0
    while true {
      do {
        let progress = try follower.poll()
        failures = 0
        let moved = progress != last
        last = progress
        try show(progress)
        if progress.status.isFinal {
          pollsLeft -= 1
          if progress.isSettled || pollsLeft == 0 { return progress }
        }
        try wait(interval.next(moved: moved), showing: progress, show)
      } catch let error as AWSError {
        failures += 1
        guard error.isTransient || error.kind == .timedOut, failures < Self.failuresInARow else { throw error }
        try wait(interval.next(moved: false), showing: last, show)
      }
    }
  }

  private func wait(_ interval: Duration, showing progress: RunProgress?, _ show: (RunProgress) throws -> Void) rethrows
  {
    var left = interval
    while left > .zero {
      time.sleep(for: min(left, Self.tick))
      left -= Self.tick
      if let progress, left > .zero { try show(progress) }
    }
  }
}
