import ArgumentParser
import Foundation

/// The value of `--every`: `45s`, `30m`, `6h` or `1d`.
struct Interval: Equatable, ExpressibleByArgument, CustomStringConvertible {
  private static let units: KeyValuePairs = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
  private static let longest = 31 * 86_400

  let seconds: Int
  let description: String

  init?(argument: String) {
    guard let unit = Self.units.first(where: { argument.hasSuffix($0.key) }),
      let count = Int(argument.dropLast()), argument.first?.isNumber == true,
      (1...Self.longest / unit.value).contains(count)
    else { return nil }
    seconds = count * unit.value
    description = argument
  }
}

/// The intervals of `--every`: those between the multiples of its length since the Unix epoch, in UTC. So a restart
/// keeps them, and `1d` begins at midnight UTC.
///
/// An interval is run once, as soon after its beginning as a process is there and the run before has ended, and only
/// before the next one begins. Otherwise it is skipped.
struct IntervalRaster: Equatable {
  /// Intervals that are skipped: the beginnings of the first and the last one.
  struct Skipped: Equatable {
    let first: Date
    let last: Date
    let count: Int
  }

  /// The thing to do at a moment.
  enum Step: Equatable {
    /// Wait for the interval that begins then.
    case wait(until: Date)
    /// Run the interval that begins then, after saying that those between the last run's and it are skipped.
    case run(Date, skipped: Skipped?)
    /// Find the last run again: it is of an interval more than one ahead, because the clock was set back.
    case findLast
  }

  let interval: Interval

  /// - Parameter last: the beginning of the last interval that was run, also by an earlier process; nil if there is
  ///   none.
  func step(at now: Date, last: Date?) -> Step {
    let current = begin(at: now)
    guard let last else { return .run(current, skipped: nil) }
    // A run under a clock that was years ahead must not be waited for.
    guard last.timeIntervalSince(current) <= length else { return .findLast }
    // Of the same interval, or of a clock that was set back a little.
    guard last < current else { return .wait(until: next(after: last)) }
    let first = next(after: last)
    let count = Int((current.timeIntervalSince(first) / length).rounded())
    guard count > 0 else { return .run(current, skipped: nil) }
    return .run(current, skipped: Skipped(first: first, last: current - length, count: count))
  }

  private var length: Double { Double(interval.seconds) }

  /// Returns the beginning of the interval of a time.
  func begin(at now: Date) -> Date {
    Date(timeIntervalSince1970: (now.timeIntervalSince1970 / length).rounded(.down) * length)
  }

  /// Returns the first beginning after a time, which another length may have made.
  private func next(after time: Date) -> Date { begin(at: time) + length }
}
