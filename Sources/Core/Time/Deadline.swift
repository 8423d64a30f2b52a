/// The moment by which a piece of work must have ended. Whatever waits or retries is bounded by one, so that a function
/// can still report before its sandbox is killed.
public struct Deadline {
  private let end: Duration?
  private let time: any TimeSource

  /// A deadline that lies `duration` from now.
  public init(after duration: Duration, on time: any TimeSource) {
    end = time.uptime + duration
    self.time = time
  }

  private init(time: any TimeSource) {
    end = nil
    self.time = time
  }

  /// No deadline: `remaining` is 365 days, however late it is.
  public static func none(on time: any TimeSource) -> Deadline { Deadline(time: time) }

  /// The time left, zero when the deadline has passed.
  public var remaining: Duration {
    guard let end else { return .seconds(365 * 86400) }
    return max(.zero, end - time.uptime)
  }

  public var hasPassed: Bool { remaining == .zero }
}
