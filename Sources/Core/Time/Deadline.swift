/// The time by which a piece of work must end. Every wait and every retry is bounded by a deadline, so that a function can
/// report an error before Lambda kills its sandbox.
public struct Deadline {
  private let end: Duration?
  private let time: any TimeSource

  /// Creates a deadline that is `duration` from now.
  public init(after duration: Duration, on time: any TimeSource) {
    end = time.uptime + duration
    self.time = time
  }

  private init(time: any TimeSource) {
    end = nil
    self.time = time
  }

  /// Returns a deadline that never passes: `remaining` is always 365 days.
  public static func none(on time: any TimeSource) -> Deadline { Deadline(time: time) }

  /// Returns this deadline, or one that is `duration` from now if that is earlier.
  public func limited(to duration: Duration) -> Deadline {
    remaining <= duration ? self : Deadline(after: duration, on: time)
  }

  /// The time left; zero if the deadline has passed.
  public var remaining: Duration {
    guard let end else { return .seconds(365 * 86400) }
    return max(.zero, end - time.uptime)
  }

  /// True if no time is left.
  public var hasPassed: Bool { remaining == .zero }
}
