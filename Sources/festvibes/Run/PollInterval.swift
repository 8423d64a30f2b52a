/// How long to leave Step Functions alone between two looks: half a second while things move, up to 5 seconds while they
/// do not.
struct PollInterval {
  private static let shortest = Duration.milliseconds(500)
  private static let longest = Duration.seconds(5)

  private var current = Self.shortest

  mutating func next(moved: Bool) -> Duration {
    current = moved ? Self.shortest : min(Self.longest, current * 1.5)
    return current
  }
}
