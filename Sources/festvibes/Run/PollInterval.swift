/// How long to leave Step Functions alone between two looks: a second while things move, up to 4 seconds while they do
/// not.
struct PollInterval {
  private static let shortest = Duration.seconds(1)
  private static let longest = Duration.seconds(4)

  private var current = Self.shortest

  mutating func next(moved: Bool) -> Duration {
    current = moved ? Self.shortest : min(Self.longest, current * 1.25)
    return current
  }
}
