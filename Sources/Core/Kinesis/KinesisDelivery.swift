import AWS
import Time

/// Sends records until each of them is in the stream. Only what was not written is sent again, after a delay with jitter.
///
/// A request of Kinesis writes each record by itself: one may fail, and a later one of the same key be written. So a request has
/// one record of a key, and no record is sent while an earlier one of its key is not written. Only of a key with more than
/// `mostRequests` records a request has several, and these may overtake each other when one fails.
public struct KinesisDelivery {
  /// Requests that one key may cause at most, while nothing fails.
  static let mostRequests = 100
  /// The attempt whose delay is not exceeded while a part of the records is written.
  private static let attemptsWithProgress = 4

  private let client: KinesisClient
  private let stream: String
  private let backoff: Backoff
  private let time: any TimeSource
  private var random: any RandomNumberGenerator

  /// - Parameter backoff: the delays. The number of attempts is not limited: the deadline is.
  public init(
    _ client: KinesisClient, to stream: String,
    backoff: Backoff = Backoff(base: .milliseconds(100), cap: .seconds(5)), time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    self.client = client
    self.stream = stream
    self.backoff = backoff
    self.time = time
    self.random = random
  }

  /// Sends records, each of which must be within the limits of `KinesisRecord`.
  /// - Throws: `unavailable` if the deadline passes while the service throttles or fails; errors that a repetition does not
  ///   change. Records before may be in the stream.
  public mutating func send(_ records: [KinesisRecord], deadline: Deadline) throws(AWSError) {
    var waiting = Array(records.indices)
    let many = Self.keysWithMany(records)
    var attempt = 0
    while !waiting.isEmpty {
      let batch = Self.batch(of: waiting, in: records, many: many)
      let (refused, reason) = try put(batch, of: records, deadline)
      let written = Set(batch).subtracting(refused)
      waiting.removeAll(where: written.contains)
      guard !refused.isEmpty else {
        attempt = 0
        continue
      }
      attempt = written.isEmpty ? attempt + 1 : min(attempt + 1, Self.attemptsWithProgress)
      let delay = backoff.delay(afterAttempt: attempt, using: &random)
      guard delay < deadline.remaining else {
        throw AWSError(
          .unavailable, "Kinesis PutRecords", of: stream,
          "\(waiting.count) of \(records.count) records were not written before the deadline: \(reason)")
      }
      time.sleep(for: delay)
    }
  }

  /// - Returns: the records that were not written, by their indices, and why.
  private func put(
    _ batch: [Int], of records: [KinesisRecord], _ deadline: Deadline
  ) throws(AWSError) -> (refused: [Int], reason: String) {
    do throws(AWSError) {
      let refusals = try client.putRecords(batch.map { records[$0] }, to: stream, deadline: deadline)
      let refused = batch.indices.filter { refusals[$0] != nil }
      return (refused.map { batch[$0] }, refused.first.flatMap { refusals[$0] }.map { "\($0)" } ?? "")
    } catch {
      // What was written is not known then: all of it is sent again.
      guard error.isTransient || error.kind == .corruptResponse else { throw error }
      return (batch, error.description)
    }
  }

  /// Returns the keys of which a request may have more than one record, and how many.
  static func keysWithMany(_ records: [KinesisRecord]) -> [String: Int] {
    var counts: [String: Int] = [:]
    for record in records { counts[record.partitionKey, default: 0] += 1 }
    return counts.filter { $0.value > mostRequests }.mapValues { ($0 + mostRequests - 1) / mostRequests }
  }

  /// Returns the records of the next request, by their indices.
  /// - Parameter waiting: the records that are not written, in their order.
  static func batch(of waiting: [Int], in records: [KinesisRecord], many: [String: Int]) -> [Int] {
    var batch: [Int] = []
    var bytes = 0
    var taken: [String: Int] = [:]
    for index in waiting {
      let record = records[index]
      // The later ones of its key wait as well.
      guard taken[record.partitionKey, default: 0] < many[record.partitionKey, default: 1] else { continue }
      guard batch.isEmpty || bytes + record.size <= KinesisRecord.maximumRequestBytes else { break }
      taken[record.partitionKey, default: 0] += 1
      bytes += record.size
      batch.append(index)
      if batch.count == KinesisRecord.maximumRequestRecords { break }
    }
    return batch
  }
}
