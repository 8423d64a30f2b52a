import FoundationEssentials

/// A run of a distributed Map.
public struct MapRun: Decodable, Equatable, Sendable {
  /// The number of items by status.
  public struct Counts: Decodable, Equatable, Sendable {
    public let total: Int
    public let pending: Int
    public let running: Int
    public let succeeded: Int
    public let failed: Int
    public let timedOut: Int
    public let aborted: Int
  }

  public let mapRunArn: String
  public let status: ExecutionStatus
  public let itemCounts: Counts
}
