import AWS
import Contracts
import RawStore
import Time

/// The backends of checkpoints that are not in Postgres. Each is made when a dataset first needs it.
public final class CheckpointBackends {
  private let settings: RawStoreSettings
  private let environment: [String: String]
  private let profiles: ProfileFiles?
  private let time: any TimeSource
  private let localFolder: String
  private var stores: [String: any CheckpointStore] = [:]

  /// - Parameters:
  ///   - settings: the data bucket.
  ///   - environment: the source of credentials and of S3's endpoint.
  ///   - profiles: a person's credentials; nil in a function.
  ///   - localFolder: where system 002's `state.path` is if there is no data bucket: beside the definition its file would
  ///     become a part of the checkout.
  public init(
    _ settings: RawStoreSettings, environment: [String: String], profiles: ProfileFiles? = nil,
    time: any TimeSource = SystemTime(), localFolder: String = ".local/state"
  ) {
    self.settings = settings
    self.environment = environment
    self.profiles = profiles
    self.time = time
    self.localFolder = localFolder
  }

  /// Returns the backend of a dataset.
  /// - Parameter folder: the folder of its definition.
  /// - Returns: nil for a dataset without checkpoints, and for one whose checkpoints are in Postgres.
  /// - Throws: `ConfigurationInvalid` for `file` on Lambda, where a file is gone with the sandbox; and for credentials that are
  ///   missing.
  public func store(of dataset: Dataset, folder: String) throws(PipelineError) -> (any CheckpointStore)? {
    guard let state = dataset.kept, state.kind != .postgres else { return nil }
    if let known = stores[dataset.id] { return known }
    let store = try make(state, dataset, folder)
    stores[dataset.id] = store
    return store
  }

  private func make(
    _ state: StateSettings, _ dataset: Dataset, _ folder: String
  ) throws(PipelineError) -> any CheckpointStore {
    let hasSeries = dataset.watermarks != nil
    guard state.kind == .file else {
      return try objects(state, StatePlace(path: state.path, hasSeries: hasSeries))
    }
    // Whatever program runs the dataset: what one run has kept, the next one and `festvibes state` find.
    if let key = state.bucketKey {
      let place = StatePlace(path: key, hasSeries: hasSeries)
      guard settings.bucket.isEmpty else { return try objects(state, place) }
      return FileCheckpoints(folder: localFolder, place: place, time: time)
    }
    // Lambda sets it in every function. AWS_EXECUTION_ENV is not set in one that brings its runtime, as these do.
    guard environment["AWS_LAMBDA_FUNCTION_NAME", default: ""].isEmpty else {
      throw PipelineError(
        .configurationInvalid,
        "state.kind of the dataset \(dataset.id) is file, and a file of a function is gone with its sandbox: give kind: s3 or "
          + "postgres, or a key in the data bucket as state.path")
    }
    let path = state.path ?? (state.hasOneItem ? "state.json" : "state")
    return FileCheckpoints(folder: folder, place: StatePlace(path: path, hasSeries: hasSeries), time: time)
  }

  private func objects(_ state: StateSettings, _ place: StatePlace) throws(PipelineError) -> ObjectCheckpoints {
    let bucket = state.bucket ?? settings.bucket
    guard !bucket.isEmpty else {
      throw PipelineError(
        .configurationInvalid,
        "state.kind is s3 and no bucket is named, while the raw data are in a folder: give kind: file or postgres, or "
          + "state.bucket")
    }
    do {
      let session = try AWSSession(
        environment: environment, region: state.region ?? settings.region, profiles: profiles, time: time)
      return ObjectCheckpoints(
        try S3Client(session), bucket: bucket, place: place, time: time)
    } catch {
      throw PipelineError(.configurationInvalid, "the bucket of `state` cannot be used: \(error)")
    }
  }
}
