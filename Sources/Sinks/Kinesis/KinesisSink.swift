import AWS
import Contracts
import Definitions
import FoundationEssentials
import Kinesis
import Routing
import Time

/// A Kinesis data stream. The sink sends every record of each document, also those that have not changed: it keeps nothing with
/// which it could compare them. A document that is loaded again is sent again, with the same ids and sequences.
public final class KinesisSink: PartedSink {
  /// The section's keys, and the dataset's names.
  struct Settings {
    let dataset: Dataset
    let stream: String
    let partitionFields: [String]
    let keyFields: [String]
    /// Nil if the record's kind, or the dataset, says it.
    let type: String?
    /// Nil for the dataset's.
    let source: String?
  }

  let settings: Settings
  private let client: KinesisClient
  private let time: any TimeSource
  private let random: any RandomNumberGenerator

  /// - Parameters:
  ///   - section: the sink's section, which satisfies `form` and is not left out.
  ///   - session: makes the session of AWS. Nothing is connected yet.
  /// - Throws: `ConfigurationInvalid` if no region is known, or the endpoint is malformed.
  public init(
    _ dataset: Dataset, section: Section, session: () throws(AWSError) -> AWSSession,
    time: any TimeSource = SystemTime(), random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws(PipelineError) {
    let stream = section.text("stream") ?? ""
    settings = Settings(
      dataset: dataset, stream: stream, partitionFields: section.texts("partition_key"),
      keyFields: section.texts("key"), type: section.text("data_type"), source: section.text("source"))
    self.time = time
    self.random = random
    do { client = try KinesisClient(session(), region: section.text("region")) } catch {
      throw PipelineError(error, ofStream: stream)
    }
  }

  public var name: String { "\(Self.form.name) \(settings.stream)" }
  public static let keepsRecords = false
  public var keepsRecords: Bool { Self.keepsRecords }

  /// Sends the records of a document, part by part. If that fails, some of them are in the stream.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's; `DestinationUnavailable` if Kinesis
  ///   throttles or fails until the deadline; `ConfigurationInvalid` if there is no such stream, or no right to write.
  public func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    var delivery = KinesisDelivery(client, to: settings.stream, time: time, random: random)
    return try read(document, for: target, deadline: deadline) { (records) throws(PipelineError) in
      do throws(AWSError) { try delivery.send(records.map(\.record), deadline: deadline) } catch {
        throw PipelineError(error, ofStream: settings.stream)
      }
    }
  }

  /// Reports what `load` would send, and sends nothing.
  public func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    var differences: [DryRun.Difference] = []
    let report = try read(document, for: target, deadline: deadline) { (records) throws(PipelineError) in
      differences += records.map {
        .init(.added, label: "stream \(settings.stream): \($0.type) \($0.id), sequence \($0.sequence)")
      }
    }
    return DryRun(report: report, differences: differences)
  }

  /// Reads a document, and passes the records of each part on.
  private func read(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline,
    use: ([StreamRecord]) throws(PipelineError) -> Void
  ) throws(PipelineError) -> LoadReport {
    let head = try SinkDocument(document.head, for: target, now: time.now, parts: document.parts)
    guard let listedAt = head.listedAt else {
      throw PipelineError(
        .storageCorrupt,
        "\(target.key) does not say when its source was read (ingestion_result.timestamp): its records would have no "
          + "sequence in the stream \(settings.stream). A replay of the item makes a document that says it")
    }
    var report = LoadReport(records: RecordCounts(), listedAt: listedAt)
    for index in 0..<document.count {
      let bytes = try document.part(index, deadline: deadline)
      let part = index == 0 ? head : try SinkDocument(bytes, for: target, now: time.now, parts: document.parts)
      let start = report.records.found
      var (records, rejections) = ([StreamRecord](), [LoadReport.Rejection]())
      for (offset, fields) in part.records.enumerated() {
        let position = start + offset
        guard let fields else {
          rejections.append(.init(position: position, reason: "it is no JSON object", key: nil))
          continue
        }
        do throws(StreamRecord.Problem) {
          records.append(try StreamRecord(fields, at: position, of: listedAt, settings))
        } catch {
          rejections.append(.init(position: position, reason: error.text, key: error.label))
        }
      }
      for (offset, row) in part.rejected.enumerated() {
        rejections.append(.init(position: start + part.records.count + offset, reason: row.reason, key: row.key))
      }
      try use(records)
      report.records.found += part.records.count + part.rejected.count
      // Each is new in the stream.
      report.records.new += records.count
      try report.reject(rejections, of: bytes, from: start, as: "cannot be sent to the stream")
    }
    return report
  }
}
