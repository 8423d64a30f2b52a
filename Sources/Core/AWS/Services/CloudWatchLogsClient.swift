import FoundationEssentials
import Time

/// A client of Amazon CloudWatch Logs.
public final class CloudWatchLogsClient {
  /// A line of a log.
  public struct Event: Decodable, Equatable, Sendable {
    /// The event's id, unique in its region.
    public let eventId: String
    /// The time at which it was written, in milliseconds since 1970.
    public let timestamp: Int64
    /// The line, as the function or the platform wrote it.
    public let message: String
    /// The log stream: on AWS that of one sandbox, which has one invocation at a time.
    public let logStreamName: String?
  }

  private let client: AWSClient

  /// - Throws: `invalidConfiguration` if the endpoint or the region is invalid.
  public init(_ session: AWSSession) throws(AWSError) {
    client = try AWSClient(.cloudWatchLogs, session: session)
  }

  /// Returns the events of a log group, over as many pages as needed. Pages may be empty.
  /// - Parameters:
  ///   - start: the time of the first event, in milliseconds since 1970.
  ///   - end: the time after the last one; nil for no limit.
  /// - Throws: `notFound` if there is no such group.
  public func events(
    of group: String, from start: Int64, to end: Int64? = nil, deadline: Deadline
  ) throws(AWSError) -> [Event] {
    struct Input: Encodable {
      let logGroupName: String
      let startTime: Int64
      let endTime: Int64?
      let nextToken: String?
    }
    struct Output: Decodable {
      let events: [Event]?
      let nextToken: String?
    }
    var events: [Event] = []
    var token: String?
    repeat {
      let page: Output = try client.call(
        "FilterLogEvents", target: "Logs_20140328", version: "1.1",
        Input(logGroupName: group, startTime: start, endTime: end, nextToken: token), of: group, deadline: deadline)
      events += page.events ?? []
      token = page.nextToken
    } while token != nil
    return events
  }
}
