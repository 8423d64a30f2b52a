import AWS
import Contracts
import FoundationEssentials
import Routing
import Time

/// One load of a document.
struct ObjectLoad {
  private enum Fate { case new, changed, unchanged }

  /// Other processes that may be faster with one object.
  private static let attempts = 5

  private let sink: ObjectsSink
  private let isDryRun: Bool
  private let deadline: Deadline
  private let maximumRejections: Int
  /// Nil without a table, and from its first failure on.
  private var completed: (any CompletedWrites)?
  private(set) var report = LoadReport(records: RecordCounts())
  private(set) var differences: [DryRun.Difference] = []

  init(
    _ sink: ObjectsSink, isDryRun: Bool, _ deadline: Deadline, maximumRejections: Int = Limits.maximumItemRejections
  ) {
    self.maximumRejections = maximumRejections
    self.sink = sink
    self.isDryRun = isDryRun
    self.deadline = deadline
    completed = sink.completed
  }

  mutating func run(_ document: PartedDocument, for target: LoadTarget) throws(PipelineError) {
    for index in 0..<document.count {
      let bytes = try document.part(index, deadline: deadline)
      let part = try SinkDocument(bytes, for: target, now: sink.time.now, parts: document.parts)
      if index == 0 { report.listedAt = part.listedAt }
      let start = report.records.found
      var rejections: [LoadReport.Rejection] = []
      for (offset, fields) in part.records.enumerated() {
        let object: RecordObject
        do throws(ObjectProblem) {
          guard let fields else { throw ObjectProblem(text: "it is no JSON object") }
          object = try RecordObject(fields, sink.settings)
        } catch {
          rejections.append(.init(position: start + offset, reason: error.text, key: nil))
          continue
        }
        switch try load(object) {
        case .new: report.records.new += 1
        case .changed: report.records.changed += 1
        case .unchanged: report.records.unchanged += 1
        }
      }
      for (offset, row) in part.rejected.enumerated() {
        rejections.append(.init(position: start + part.records.count + offset, reason: row.reason, key: row.key))
      }
      report.records.found += part.records.count + part.rejected.count
      report.records.rejected += rejections.count
      report.rejections += rejections
      for (position, text) in RawRecords(bytes).entries(at: rejections.map { $0.position - start }) {
        report.rejected[start + position] = text
      }
      guard report.rejections.count <= maximumRejections else {
        throw PipelineError(
          .sourceChanged,
          "more than \(maximumRejections) records have no object. The first: "
            + "\(report.rejections[0].reason.prefix(200)). See whether the definition describes the source")
      }
    }
  }

  /// Loads one object, unless it is stored as it is, or in a later version.
  private mutating func load(_ object: RecordObject) throws(PipelineError) -> Fate {
    do throws(AWSError) {
      for _ in 0..<Self.attempts {
        let stored = try sink.store.head(object.key, deadline: deadline)
        if let stored {
          guard stored.checksum != object.checksum, !isCompleted(object, stored) else { return .unchanged }
          if let order = object.order, let other = stored.metadata["order"], order < other { return .unchanged }
        }
        let fate: Fate = stored == nil ? .new : .changed
        guard !isDryRun else {
          differences.append(
            .init(fate == .new ? .added : .changed, label: "s3://\(sink.settings.bucket)/\(object.key)"))
          return fate
        }
        if try put(object, over: stored) {
          complete(object)
          return fate
        }
      }
    } catch { throw PipelineError(error, ofObjectsIn: sink.settings.bucket) }
    throw PipelineError(
      .destinationUnavailable,
      "s3://\(sink.settings.bucket)/\(object.key) was written \(Self.attempts) times by other loads in the meantime. The load is "
        + "repeated")
  }

  /// - Returns: false if another load was faster.
  private func put(_ object: RecordObject, over stored: S3ObjectInfo?) throws(AWSError) -> Bool {
    var metadata = ["idempotency_key": object.idempotencyKey, "operation": sink.settings.operation]
    metadata["order"] = object.order
    do throws(AWSError) {
      try sink.store.put(
        object.body, at: object.key, contentType: sink.settings.contentType, metadata: metadata,
        stored.map { .matches(etag: $0.etag) } ?? .absent, deadline: deadline)
    } catch {
      // An object that is gone in the meantime is not found.
      guard error.kind == .preconditionFailed || stored != nil && error.kind == .notFound else { throw error }
      return false
    }
    return true
  }

  // MARK: The idempotency table

  /// True if an object that does not say what it has was written by this sink, and in the last 24 hours with the same bytes.
  private mutating func isCompleted(_ object: RecordObject, _ stored: S3ObjectInfo) -> Bool {
    guard stored.checksum == nil, stored.metadata["idempotency_key"] == object.idempotencyKey else { return false }
    do throws(AWSError) {
      let content = try completed?.content(of: object.idempotencyKey, now: sink.time.now, deadline: deadline)
      return content == object.content
    } catch {
      giveUp(error)
      return false
    }
  }

  private mutating func complete(_ object: RecordObject) {
    guard !isDryRun else { return }
    do throws(AWSError) {
      try completed?.complete(
        object.idempotencyKey, content: object.content, now: sink.time.now, deadline: deadline)
    } catch { giveUp(error) }
  }

  /// Goes on without the table: the objects themselves say what is stored.
  private mutating func giveUp(_ error: AWSError) {
    completed = nil
    report.remarks.append(
      "the idempotency table \(sink.settings.table ?? "") is not used: \(error). What is stored is compared all the same"
    )
  }
}
