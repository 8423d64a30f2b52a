import AWS
import Contracts
import FoundationEssentials
import Time

/// Files of JSON Lines in S3: one for each group of records, named by the first and the last of its dates. A file is written
/// when its bytes differ; one whose dates have moved is deleted once the new one is there.
public final class JSONLinesSink: PartedSink {
  let dataset: String
  let settings: LinesSettings
  let objects: any LineObjects
  let time: any TimeSource
  /// The wait before groups that another load has written are computed again.
  let retrier: Retrier

  /// The loads of other processes that one load gives way to. Whoever is overtaken waits at most 2 s, so that the call's
  /// deadline ends a load that is always late, and not its number.
  static let maximumAttempts = 1_000

  /// - Parameters:
  ///   - section: the sink's section, which satisfies `LinesSettings.form`.
  ///   - session: makes the session of AWS for a region. Nothing is connected yet.
  /// - Throws: `ConfigurationInvalid` if no region is known, or the endpoint is malformed.
  public convenience init(
    _ dataset: Dataset, settings: LinesSettings, session: (_ region: String?) throws(AWSError) -> AWSSession
  ) throws(PipelineError) {
    let client: S3Client
    do { client = try S3Client(session(settings.region)) } catch { throw PipelineError(lines: error) }
    self.init(dataset.id, settings, objects: BucketLines(client, bucket: settings.bucket))
  }

  /// - Parameter objects: those of the settings' bucket.
  init(
    _ dataset: String, _ settings: LinesSettings, objects: any LineObjects, time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    self.dataset = dataset
    self.settings = settings
    self.objects = objects
    self.time = time
    retrier = Retrier(
      Backoff(base: .milliseconds(50), cap: .seconds(2), maximumAttempts: Self.maximumAttempts), time: time,
      random: random)
  }

  public var name: String { "\(LinesSettings.plugin) s3://\(settings.bucket)/\(settings.key.folder)" }

  /// The files are for readers of a week: another sink of the dataset, if there is one, says which records are new.
  public static let keepsRecords = false
  public var keepsRecords: Bool { Self.keepsRecords }

  /// Loads the groups of a document. If that fails, some files are written; a repetition writes the others.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's, and `StorageCorrupt` for an index that
  ///   cannot be read; `SourceChanged` for too many records or rejections; `ConfigurationInvalid` for a bucket that does not
  ///   exist or may not be written; `StorageUnavailable` if S3 is not reachable, or other loads are always faster.
  public func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    var load = LinesLoad(self, try incoming(document, target, deadline), deadline)
    try load.run(target.key)
    return load.report
  }

  /// Reports what `load` would change, and changes nothing.
  public func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    var load = LinesLoad(self, try incoming(document, target, deadline), deadline)
    try load.compare()
    return DryRun(report: load.report, differences: load.differences)
  }

  private func incoming(
    _ document: PartedDocument, _ target: LoadTarget, _ deadline: Deadline
  ) throws(PipelineError) -> IncomingLines {
    try IncomingLines(document, settings, for: target, now: time.now, deadline: deadline)
  }
}
