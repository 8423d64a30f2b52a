import AWS
import Foundation
import Time

/// Follows a run to its end.
struct RunMonitor {
  /// Step Functions tells of a child's end a little later than of the run's.
  private static let finalPolls = 10
  /// Failures in a row, each after the client's own retries, before the watch is given up.
  private static let failuresInARow = 5
  /// Between two drawings, so that the times on the screen move.
  private static let tick = Duration.milliseconds(500)

  let follower: ExecutionFollower
  let time: any TimeSource

  /// - Parameter show: called at each look, and now and then between two.
  /// - Throws: what kept it from looking; the run itself goes on.
  func run(_ show: (RunProgress) -> Void) throws -> RunProgress {
    var interval = PollInterval()
    var last: RunProgress?
    var looksLeft = Self.finalPolls
    var failures = 0
    while true {
      do {
        let progress = try follower.poll()
        failures = 0
        let moved = progress != last
        last = progress
        show(progress)
        if progress.status.isFinal {
          looksLeft -= 1
          if progress.isSettled || looksLeft == 0 { return progress }
        }
        wait(interval.next(moved: moved), showing: progress, show)
      } catch let error as AWSError {
        failures += 1
        guard error.isTransient || error.kind == .timedOut, failures < Self.failuresInARow else { throw error }
        wait(interval.next(moved: false), showing: last, show)
      }
    }
  }

  private func wait(_ interval: Duration, showing progress: RunProgress?, _ show: (RunProgress) -> Void) {
    var left = interval
    while left > .zero {
      time.sleep(for: min(left, Self.tick))
      left -= Self.tick
      if let progress, left > .zero { show(progress) }
    }
  }
}
