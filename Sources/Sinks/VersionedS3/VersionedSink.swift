import AWS
import Contracts
import Definitions
import FoundationEssentials
import Time
import Versions

/// Versions of time series in S3. A load that changes a figure writes the partitions that differ, a manifest, and then the
/// pointer: a reader of the pointer sees the old version or the new one. A load that changes nothing writes nothing.
public final class VersionedSink: PartedSink {
  let store: VersionStore
  let time: any TimeSource
  /// The wait before a load that was overtaken begins again.
  let retrier: Retrier
  /// The days before the reading that a document covers; nil if a document has all points of its series.
  let windowInDays: Int?
  private let bucket: String

  /// The loads of other processes that one load gives way to. Whoever is overtaken waits at most 2 s, so that the call's
  /// deadline ends a load that is always late, and not its number.
  static let maximumAttempts = 1_000

  /// - Parameters:
  ///   - section: the sink's section, which satisfies `VersionedSettings.form`.
  ///   - windowInDays: the dataset's.
  ///   - session: makes the session of AWS for a region. Nothing is connected yet.
  /// - Throws: `ConfigurationInvalid` if no region is known, or the endpoint is malformed.
  public convenience init(
    _ dataset: Dataset, section: Section, windowInDays: Int? = nil,
    session: (_ region: String?) throws(AWSError) -> AWSSession
  ) throws(PipelineError) {
    let settings = VersionedSettings(section)
    let client: S3Client
    do { client = try S3Client(session(settings.region)) } catch { throw PipelineError(versions: error) }
    self.init(
      dataset, objects: BucketObjects(client, bucket: settings.bucket), bucket: settings.bucket,
      windowInDays: windowInDays)
  }

  /// - Parameters:
  ///   - objects: the bucket's objects.
  ///   - time: the clock of the versions' ids.
  init(
    _ dataset: Dataset, objects: any VersionObjects, bucket: String, windowInDays: Int? = nil,
    time: any TimeSource = SystemTime(), random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) {
    store = VersionStore(objects, dataset: dataset.id)
    self.bucket = bucket
    self.windowInDays = windowInDays
    self.time = time
    retrier = Retrier(
      Backoff(base: .milliseconds(50), cap: .seconds(2), maximumAttempts: Self.maximumAttempts), time: time,
      random: random)
  }

  public var name: String { "\(VersionedSettings.plugin) s3://\(bucket)/\(store.keys.root)" }
}
