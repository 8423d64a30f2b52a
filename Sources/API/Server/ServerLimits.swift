import Time

/// The bounds of the server: each keeps one client from taking what the others need.
public struct ServerLimits: Sendable {
  /// Connections at a time; one more takes the place of one that waits, or is answered with status 503.
  public var connections = 64
  /// Bytes of a request's line and headers.
  public var head = 32 << 10
  /// Bytes of a request's body, which is dropped.
  public var body = 64 << 10
  /// Bytes of large responses that are held for clients at a time.
  public var responseBytes = 16 << 20
  /// Large responses that wait until others are taken; one more is refused at once with status 503.
  public var waitingResponses = 4
  /// The time for which a large response waits. It is longer than `pieceTime`: it outlasts clients that take nothing.
  public var budgetTime = Duration.seconds(6)
  /// The time in which a client takes each 256 KB of a large response. One that is slower loses its connection.
  public var pieceTime = Duration.seconds(3)
  /// The time for a request's head, from its first byte.
  public var headTime = Duration.seconds(10)
  /// The time for a request's body.
  public var bodyTime = Duration.seconds(20)
  /// The time in which a client takes a small response, or the last 256 KB of a large one.
  public var responseTime = Duration.seconds(30)
  /// The wait for a whole request after which a connection gives its place to a new one, when all places are taken.
  public var placeTime = Duration.seconds(1)
  /// The time for which a connection waits for its next request.
  public var idleTime = Duration.seconds(15)
  /// The time that requests under way have when the server stops.
  public var stopTime = Duration.seconds(10)

  public init() {}
}
