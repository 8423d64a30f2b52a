import AWS
import Contracts
import DynamoDB
import FoundationEssentials
import Time

/// A lock that is an item of a DynamoDB table, with system 002's attributes and the owner. The clock is that of the
/// machine that calls: a lock is taken over only `RunLocks.takeoverDelay` after its end, because the clocks of two machines
/// may differ by as much.
///
///     {"lock_key": {"S": "etl:news"}, "owner": {"S": "nightly-1"}, "acquired_at": {"N": "1717142400"},
///      "expiration_time": {"N": "1717142700"}}
public final class DynamoDBLock: RunLock {
  /// The number of times that a lock is tried to be taken that its holder gives up meanwhile.
  private static let attempts = 3
  /// A word of DynamoDB's, so an expression cannot name it.
  private static let names = ["#owner": "owner"]

  public let timeout: Duration
  public var description: String { "\(key) in the DynamoDB table \(table)" }

  private let client: DynamoDBClient
  private let table: String
  private let key: String
  private var item: DynamoDBClient.Item { ["lock_key": .text(key)] }

  /// - Parameters:
  ///   - table: a table whose only key is the text `lock_key`.
  ///   - key: the lock's name.
  public init(_ client: DynamoDBClient, table: String, key: String, timeout: Duration) {
    self.client = client
    self.table = table
    self.key = key
    self.timeout = timeout
  }

  public func acquire(for run: String, deadline: Deadline) throws(PipelineError) -> LockHolder? {
    var holder: LockHolder?
    for _ in 0..<Self.attempts {
      // The same owner's lock is written again: the response to the first attempt may have been lost.
      let now = seconds(client.now)
      let free = DynamoDBClient.Condition(
        "attribute_not_exists(lock_key) OR #owner = :me OR expiration_time < :past", names: Self.names,
        values: [":me": .text(run), ":past": .number("\(now - RunLocks.takeoverDelay)")])
      let new = item.merging([
        "owner": .text(run), "acquired_at": .number("\(now)"), "expiration_time": .number("\(expiration)"),
      ]) { $1 }
      let isTaken = try succeeds { () throws(AWSError) in
        try client.put(new, in: table, if: free, deadline: deadline)
      }
      if isTaken { return nil }
      holder = try self.holder(deadline: deadline)
      // Released between the two calls. One that is this run's was written by an attempt whose response was lost.
      if let holder { return holder.run == run ? nil : holder }
    }
    throw PipelineError(
      .destinationUnavailable, "the lock \(description) changes hands with every attempt to take it")
  }

  public func renew(for run: String, deadline: Deadline) throws(PipelineError) -> Bool {
    let own = DynamoDBClient.Condition(
      "#owner = :me", names: Self.names, values: [":me": .text(run), ":end": .number("\(expiration)")])
    return try succeeds { () throws(AWSError) in
      try client.update(item, in: table, "SET expiration_time = :end", if: own, deadline: deadline)
    }
  }

  @discardableResult
  public func release(for run: String, deadline: Deadline) throws(PipelineError) -> Bool {
    let own = DynamoDBClient.Condition("#owner = :me", names: Self.names, values: [":me": .text(run)])
    return try succeeds { () throws(AWSError) in
      try client.delete(item, in: table, if: own, deadline: deadline)
    }
  }

  public func holder(deadline: Deadline) throws(PipelineError) -> LockHolder? {
    let found: DynamoDBClient.Item?
    do { found = try client.item(item, in: table, deadline: deadline) } catch { throw failure(error) }
    guard let found else { return nil }
    guard let end = Self.time(found["expiration_time"]) else {
      throw PipelineError(
        .storageCorrupt, "the item of the lock \(description) has no number expiration_time: delete the item")
    }
    var run: String?
    if case .text(let owner)? = found["owner"] { run = owner }
    return LockHolder(
      run: run, acquiredAt: Self.time(found["acquired_at"]) ?? end, expiresAt: end, hasExpired: end < client.now)
  }

  /// The end of a lock that is taken or renewed now, in whole seconds as system 002 has them, rounded up.
  private var expiration: Int { seconds(client.now) + 1 + Int(timeout.components.seconds) }

  private func seconds(_ time: Date) -> Int { Int(time.timeIntervalSince1970.rounded(.down)) }

  private static func time(_ value: DynamoDBValue?) -> Date? {
    guard case .number(let text)? = value, let seconds = Double(text), seconds.magnitude < 1e11 else { return nil }
    return Date(timeIntervalSince1970: seconds)
  }

  /// Returns false if the condition of a write does not hold.
  private func succeeds(_ write: () throws(AWSError) -> Void) throws(PipelineError) -> Bool {
    do {
      try write()
      return true
    } catch {
      guard error.kind != .preconditionFailed else { return false }
      throw failure(error)
    }
  }

  private func failure(_ error: AWSError) -> PipelineError { PipelineError(error, ofLock: description) }
}
