import Foundation

/// Runs interval after interval, until the process is told to end. The ledger, which has each run by its interval, says
/// what earlier processes have run.
struct IntervalRuns {
  /// The calls to what is around it. Each of them may be the last thing that a killed process does.
  struct Calls {
    var now: () -> Date
    /// Waits for a moment, or for the order to end.
    var wait: (Date) -> Void
    var isStopped: () -> Bool
    /// Closes what killed processes have left open.
    /// - Throws: an error that ends the process.
    var recover: () throws -> Void
    /// Returns the beginning of the last interval that was run and is not after the present one.
    /// - Throws: an error that ends the process.
    var last: () throws -> Date?
    /// Says that intervals are skipped. It is said before anything else is done, and again by a restart before the next
    /// run, so that it is never lost.
    var skip: (IntervalRaster.Skipped, _ reason: String) throws -> Void
    /// Runs an interval to its end. It opens the run in the ledger, or does nothing: also if the ledger has the run, by a
    /// process whose clock was ahead.
    var run: (Date) throws -> Void
  }

  static let reasonOfStart = "no run of them began: this process had not been started"
  static let reasonOfLength = "the run before them took longer than an interval"
  static let reasonOfPause = "this process was paused or the clock was set"

  let raster: IntervalRaster
  let calls: Calls

  /// - Throws: the error of a call.
  func run() throws {
    try calls.recover()
    var last = try calls.last()
    var reason = Self.reasonOfStart
    while !calls.isStopped() {
      switch raster.step(at: calls.now(), last: last) {
      case .wait(let moment):
        calls.wait(moment)
        reason = Self.reasonOfPause
      case .findLast:
        last = try calls.last()
        reason = Self.reasonOfPause
      case .run(let begin, let skipped):
        if let skipped { try calls.skip(skipped, reason) }
        try calls.run(begin)
        reason = Self.reasonOfLength
        last = begin
      }
    }
  }
}
