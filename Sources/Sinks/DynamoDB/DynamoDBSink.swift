import AWS
import Contracts
import Definitions
import DynamoDB
import Routing
import Time

/// A table of DynamoDB with an item for each record. Items whose content is stored already are not written.
public final class DynamoDBSink: PartedSink {
  let settings: TableSettings
  let table: DynamoDBTable
  /// The wait before items that another load has written are compared again.
  let retrier: Retrier
  private let time: any TimeSource

  /// The times that a load gives way to others. Whoever is overtaken waits at most 2 s, so that the call's deadline ends a load
  /// that is always late, and not its number.
  static let maximumAttempts = 1_000

  /// - Parameters:
  ///   - section: the sink's section, which satisfies `form` and is not left out.
  ///   - session: makes the session of AWS for a region. Nothing is connected yet.
  /// - Throws: `ConfigurationInvalid` if no region is known, or the endpoint is malformed.
  public init(
    section: Section, session: (_ region: String?) throws(AWSError) -> AWSSession, time: any TimeSource = SystemTime(),
    random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws(PipelineError) {
    settings = TableSettings(section)
    self.time = time
    let client: DynamoDBClient
    do { client = try DynamoDBClient(session(section.text("region"))) } catch {
      throw PipelineError(error, of: settings)
    }
    table = DynamoDBTable(client, name: settings.table, time: time, random: random)
    retrier = Retrier(
      Backoff(base: .milliseconds(50), cap: .seconds(2), maximumAttempts: Self.maximumAttempts), time: time,
      random: random)
  }

  public var name: String { "\(Self.form.name) \(settings.table)" }

  /// Loads the records of a document. If that fails, some of the items are written; a repetition writes the others.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's; `SourceChanged` for too many records
  ///   or rejections; `DestinationUnavailable` if DynamoDB throttles or fails until the deadline; `ConfigurationInvalid` if
  ///   there is no such table, its key is another one, or a right is missing.
  public func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    var load = ItemLoad(self, isDryRun: false, deadline)
    try load.run(document, for: target, now: time.now)
    return load.report
  }

  /// Reports what `load` would change, and changes nothing.
  /// - Throws: as `load`.
  public func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    var load = ItemLoad(self, isDryRun: true, deadline)
    try load.run(document, for: target, now: time.now)
    return DryRun(report: load.report, differences: load.differences)
  }
}
