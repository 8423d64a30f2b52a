import AWS
import Time

/// Many items of one table. DynamoDB may do a part of what a request asks for: the rest, and only that, is sent again, after a
/// delay with jitter, until all is done or the deadline passes.
public final class DynamoDBTable {
  /// Conditional writes that are under way at once.
  static let writesAtOnce = 25
  /// The attempt whose delay is not exceeded while a part of the work is done.
  private static let attemptsWithProgress = 4

  /// The table's name.
  public let name: String
  private let client: DynamoDBClient
  private let backoff: Backoff
  private let time: any TimeSource
  private var random: any RandomNumberGenerator

  /// - Parameter backoff: the delays. The number of attempts is not limited: the deadline is.
  public init(
    _ client: DynamoDBClient, name: String,
    backoff: Backoff = Backoff(base: .milliseconds(50), cap: .seconds(5)), time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    self.client = client
    self.name = name
    self.backoff = backoff
    self.time = time
    self.random = random
  }

  /// Writes items, whatever is stored with their keys, by BatchWriteItem. The keys must differ.
  /// - Throws: `unavailable` if the deadline passes while the service throttles or fails; errors that a repetition does not
  ///   change. Some items are written then.
  public func put(_ items: [DynamoDBClient.Item], deadline: Deadline) throws(AWSError) {
    for batch in Self.batches(of: items) {
      try repeating("BatchWriteItem", batch, deadline) { (waiting) throws(AWSError) in
        try client.batchPut(waiting, into: name, deadline: deadline)
      }
    }
  }

  /// Reads items by their keys, which must differ, as they are after every write that has been acknowledged.
  /// - Parameter attributes: those to read; nil for all.
  /// - Returns: the items that there are, in any order.
  /// - Throws: as `put`.
  public func items(
    _ keys: [DynamoDBClient.Item], attributes: [String]? = nil, deadline: Deadline
  ) throws(AWSError) -> [DynamoDBClient.Item] {
    let projection = attributes.map { DynamoDBClient.Projection($0) }
    var found: [DynamoDBClient.Item] = []
    for start in stride(from: 0, to: keys.count, by: DynamoDBClient.maximumKeys) {
      let batch = Array(keys[start..<min(start + DynamoDBClient.maximumKeys, keys.count)])
      try repeating("BatchGetItem", batch, deadline) { (waiting) throws(AWSError) in
        let part = try client.batchGet(waiting, from: name, attributes: projection, deadline: deadline)
        found += part.found
        return part.unread
      }
    }
    return found
  }

  /// Reads the items of the whole table that satisfy a condition, each as it is after every write that was acknowledged before
  /// the call.
  /// - Throws: as `put`.
  public func items(
    where filter: DynamoDBClient.Condition, attributes: [String], deadline: Deadline
  ) throws(AWSError) -> [DynamoDBClient.Item] {
    let projection = DynamoDBClient.Projection(attributes)
    var (found, pages): ([DynamoDBClient.Item], [DynamoDBClient.Item?]) = ([], [nil])
    // A page that failed is read again; what it ended with is the next one.
    while !pages.isEmpty {
      pages = try attempt("Scan", pages, deadline) { (waiting) throws(AWSError) in
        let page = try client.scan(
          name, where: filter, attributes: projection, after: waiting[0], deadline: deadline)
        found += page.items
        return page.end.map { [$0] } ?? []
      }
    }
    return found
  }

  /// Writes and deletes items, each under a condition, which must hold after the write as well if it was its own: a write whose
  /// response is lost is sent again. The keys must differ.
  /// - Returns: the writes whose conditions did not hold, by their indices. Of a deletion that may also be its own earlier
  ///   attempt.
  /// - Throws: as `put`.
  public func write(
    _ writes: [DynamoDBClient.ConditionalWrite], deadline: Deadline
  ) throws(AWSError) -> Set<Int> {
    var refused: Set<Int> = []
    for start in stride(from: 0, to: writes.count, by: Self.writesAtOnce) {
      let batch = Array(start..<min(start + Self.writesAtOnce, writes.count))
      try repeating("PutItem or DeleteItem", batch, deadline) { (waiting) throws(AWSError) in
        var (left, reason): ([Int], AWSError?) = ([], nil)
        let errors = client.writeAll(waiting.map { writes[$0] }, in: name, deadline: deadline)
        for (index, error) in zip(waiting, errors) {
          guard let error else { continue }
          if error.kind == .preconditionFailed {
            refused.insert(index)
          } else if Self.isTemporary(error) {
            left.append(index)
            reason = error
          } else {
            throw error
          }
        }
        if let reason, left.count == waiting.count { throw reason }
        return left
      }
    }
    return refused
  }

  // MARK: Repetition

  /// Calls with what is left until nothing is.
  private func repeating<Work>(
    _ operation: String, _ work: [Work], _ deadline: Deadline, _ call: ([Work]) throws(AWSError) -> [Work]
  ) throws(AWSError) {
    var waiting = work
    var attempt = 0
    while !waiting.isEmpty {
      let left = try self.attempt(operation, waiting, deadline, call)
      guard !left.isEmpty else { return }
      attempt = left.count < waiting.count ? min(attempt + 1, Self.attemptsWithProgress) : attempt + 1
      waiting = left
      let reason = "the service has left them, as it does beyond the table's throughput"
      try wait(afterAttempt: attempt, operation, waiting.count, reason, deadline)
    }
  }

  /// Calls until a call succeeds.
  private func attempt<Work>(
    _ operation: String, _ waiting: [Work], _ deadline: Deadline, _ call: ([Work]) throws(AWSError) -> [Work]
  ) throws(AWSError) -> [Work] {
    var attempt = 0
    while true {
      do throws(AWSError) { return try call(waiting) } catch {
        guard Self.isTemporary(error) else { throw error }
        attempt += 1
        try wait(afterAttempt: attempt, operation, waiting.count, error.description, deadline)
      }
    }
  }

  private func wait(
    afterAttempt attempt: Int, _ operation: String, _ count: Int, _ reason: String, _ deadline: Deadline
  ) throws(AWSError) {
    let delay = backoff.delay(afterAttempt: attempt, using: &random)
    guard delay < deadline.remaining else {
      throw AWSError(
        .unavailable, "DynamoDB \(operation)", of: name, "\(count) were not done before the deadline: \(reason)")
    }
    time.sleep(for: delay)
  }

  /// True for an error that may pass: also of a response that cannot be read, after which it is not known what was done.
  private static func isTemporary(_ error: AWSError) -> Bool {
    error.isTransient || error.kind == .corruptResponse
  }

  /// Divides items by the limits of a request.
  static func batches(of items: [DynamoDBClient.Item]) -> [[DynamoDBClient.Item]] {
    var batches: [[DynamoDBClient.Item]] = []
    var bytes = 0
    for item in items {
      let size = item.size
      if let last = batches.last, last.count < DynamoDBClient.maximumWrites,
        bytes + size <= DynamoDBClient.maximumRequestBytes
      {
        batches[batches.count - 1].append(item)
        bytes += size
      } else {
        batches.append([item])
        bytes = size
      }
    }
    return batches
  }
}
