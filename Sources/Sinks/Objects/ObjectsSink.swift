import AWS
import Contracts
import Definitions
import DynamoDB
import FoundationEssentials
import Routing
import Time

/// Objects in S3, one for each record. An object whose bytes are stored already is not written.
public final class ObjectsSink: PartedSink {
  /// The section's keys.
  struct Settings: Sendable {
    let bucket: String
    let key: ObjectKey
    let body: String
    let contentType: String
    let order: String?
    /// Nil for none.
    let table: String?
    let operation: String

    init(_ section: Section) {
      bucket = section.text("bucket") ?? ""
      key = ObjectKey(section.text("key") ?? "")
      body = section.text("body") ?? "body"
      contentType = section.text("content_type") ?? "application/json"
      order = section.text("order")
      table = section.text("idempotency_table").flatMap { $0.isEmpty ? nil : $0 }
      operation = section.text("operation") ?? "dump_to_bucket"
    }
  }

  let settings: Settings
  let store: any ObjectStore
  /// Nil without a table.
  let completed: (any CompletedWrites)?
  let time: any TimeSource

  /// - Parameters:
  ///   - section: the sink's section, which satisfies `form`.
  ///   - session: makes the session of AWS for a region. Nothing is connected yet.
  /// - Throws: `ConfigurationInvalid` if no region is known, or an endpoint is malformed.
  public convenience init(
    section: Section, session: (_ region: String?) throws(AWSError) -> AWSSession
  ) throws(PipelineError) {
    let settings = Settings(section)
    do throws(AWSError) {
      let session = try session(section.text("region"))
      let store = BucketStore(try S3Client(session), bucket: settings.bucket)
      var completed: IdempotencyTable?
      if let table = settings.table { completed = try IdempotencyTable(session, name: table) }
      self.init(settings, store: store, completed: completed)
    } catch { throw PipelineError(error, ofObjectsIn: settings.bucket) }
  }

  init(
    _ settings: Settings, store: any ObjectStore, completed: (any CompletedWrites)?,
    time: any TimeSource = SystemTime()
  ) {
    self.settings = settings
    self.store = store
    self.completed = completed
    self.time = time
  }

  public var name: String { "\(Self.form.name) s3://\(settings.bucket)" }

  /// Loads the records of a document, one after the other. If that fails, some objects are written; a repetition writes the
  /// others.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's; `DestinationUnavailable` if S3 is
  ///   not reachable; `ConfigurationInvalid` if there is no such bucket, or no right to write. A table that cannot be used
  ///   fails nothing: the report says so.
  public func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    var load = ObjectLoad(self, isDryRun: false, deadline)
    try load.run(document, for: target)
    return load.report
  }

  /// Reports what `load` would change, and changes nothing.
  public func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    var load = ObjectLoad(self, isDryRun: true, deadline)
    try load.run(document, for: target)
    return DryRun(report: load.report, differences: load.differences)
  }
}
