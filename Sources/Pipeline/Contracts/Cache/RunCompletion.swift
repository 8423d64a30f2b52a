/// A run that has done its items, for publishers that tell others: `{"run": "cli-1", "started_at": "2024-05-31T03:00:00Z"}`.
public struct RunCompletion: Codable, Equatable, Sendable {
  /// The run's name: that of the execution.
  public var run: String
  /// The start, as Step Functions writes it.
  public var startedAt: String

  enum CodingKeys: String, CodingKey {
    case run
    case startedAt = "started_at"
  }

  public init(run: String, startedAt: String) {
    self.run = run
    self.startedAt = startedAt
  }
}
