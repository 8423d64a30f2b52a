import AWS
import DynamoDB
import FoundationEssentials
import Time

/// The writes of the last 24 hours, system 004's table: `idempotency_key`, `ttl`, `completed_at`; and `content`, the digest of
/// what was written, so that an edit is not taken for its earlier version.
protocol CompletedWrites: AnyObject {
  /// Returns the digest of what was written under a key; nil if it is not known, or has expired.
  func content(of key: String, now: Date, deadline: Deadline) throws(AWSError) -> String?
  func complete(_ key: String, content: String, now: Date, deadline: Deadline) throws(AWSError)
}

final class IdempotencyTable: CompletedWrites {
  static let lifetime = 86_400

  private let client: DynamoDBClient
  private let name: String
  private let timeout: Duration

  /// - Parameter timeout: the longest time of a call, which is made once: the load waits for it, and can do without.
  init(_ session: AWSSession, name: String, timeout: Duration = .seconds(2)) throws(AWSError) {
    client = try DynamoDBClient(session, backoff: Backoff(maximumAttempts: 1))
    self.name = name
    self.timeout = timeout
  }

  func content(of key: String, now: Date, deadline: Deadline) throws(AWSError) -> String? {
    let item = try client.item(["idempotency_key": .text(key)], in: name, deadline: deadline.limited(to: timeout))
    // DynamoDB deletes an expired item some days later.
    guard case .text(let content)? = item?["content"], case .number(let digits)? = item?["ttl"],
      let end = Double(digits), end > now.timeIntervalSince1970
    else { return nil }
    return content
  }

  func complete(_ key: String, content: String, now: Date, deadline: Deadline) throws(AWSError) {
    let end = Int(now.timeIntervalSince1970) + Self.lifetime
    let item: DynamoDBClient.Item = [
      "idempotency_key": .text(key), "ttl": .number("\(end)"), "completed_at": .text(RFC3339.utc(now)),
      "content": .text(content),
    ]
    // It holds after the write itself, which may be sent twice.
    let condition = DynamoDBClient.Condition(
      "attribute_not_exists(#ttl) OR #ttl <= :ttl", names: ["#ttl": "ttl"], values: [":ttl": .number("\(end)")])
    do throws(AWSError) {
      try client.put(item, in: name, if: condition, deadline: deadline.limited(to: timeout))
    } catch {
      guard error.kind != .preconditionFailed else { return }
      throw error
    }
  }
}
