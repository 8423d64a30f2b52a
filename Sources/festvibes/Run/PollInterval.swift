/// The interval between two polls of Step Functions: a second while the run progresses, up to 4 seconds while it does
/// not.
struct PollInterval {
  private static let minimum = Duration.seconds(1)
  private static let maximum = Duration.seconds(4)

  private var current = Self.minimum

  mutating func next(moved: Bool) -> Duration {
    current = moved ? Self.minimum : min(Self.maximum, current * 1.25)
    return current
  }
}
