import AWS
import Contracts
import FoundationEssentials
import Time

/// Checkpoints in S3, an object for each work item. A write is conditional: it replaces the object that was read, or the
/// absence of one; a writer that was overtaken reads again.
public final class ObjectCheckpoints: CheckpointStore {
  private let s3: S3Client
  private let bucket: String
  private let place: StatePlace
  private let retrier: Retrier

  init(_ s3: S3Client, bucket: String, place: StatePlace, time: any TimeSource = SystemTime()) {
    self.s3 = s3
    self.bucket = bucket
    self.place = place
    retrier = Retrier(Backoff(base: .milliseconds(50), cap: .seconds(1), maximumAttempts: 20), time: time)
  }

  public func states(
    of names: [CheckpointName], deadline: Deadline
  ) throws(PipelineError) -> [CheckpointName: CheckpointState] {
    let objects = s3.getAll(names.map(location), maximumBytes: CheckpointState.maximumBytes, deadline: deadline)
    var states: [CheckpointName: CheckpointState] = [:]
    for (name, result) in zip(names, objects) {
      switch result {
      case .success(let object):
        states[name] = try StateFile.read(object.body, name, at: "\(location(name))", of: place)
      case .failure(let error) where error.kind == .notFound: break
      case .failure(let error) where error.kind == .tooLarge:
        throw PipelineError.corruptCheckpoint(name, in: "\(location(name))")
      case .failure(let error): throw PipelineError(storing: error)
      }
    }
    return states
  }

  @discardableResult
  public func update(
    _ name: CheckpointName, deadline: Deadline, _ change: (inout CheckpointState) -> Void
  ) throws(PipelineError) -> CheckpointState {
    try replace(name, deadline: deadline) { (body) throws(PipelineError) in
      var state = CheckpointState()
      if let body { state = try StateFile.read(body, name, at: "\(self.location(name))", of: place) }
      change(&state)
      return state
    }
  }

  public func reset(_ name: CheckpointName, deadline: Deadline) throws(PipelineError) -> Checkpoint? {
    var former: Checkpoint?
    try replace(name, deadline: deadline) { (body) throws(PipelineError) in
      var state = body.flatMap { try? StateFile.read($0, name, at: "", of: place) } ?? CheckpointState()
      former = state.checkpoint
      state.checkpoint = nil
      return state
    }
    return former
  }

  /// Replaces the object, again and again until no other writer has done so since it was read.
  @discardableResult
  private func replace(
    _ name: CheckpointName, deadline: Deadline, _ make: (Data?) throws(PipelineError) -> CheckpointState
  ) throws(PipelineError) -> CheckpointState {
    let location = location(name)
    do {
      return try retrier.run(deadline: deadline, decision: Self.decision) { _ in
        let (body, etag) = try stored(location, deadline)
        let state = try make(body)
        let data = try StateFile.data(state)
        guard data != body else { return state }
        try s3.put(
          data, to: location, contentType: "application/json",
          condition: etag.map { .matches(etag: $0) } ?? .absent, deadline: deadline)
        return state
      }
    } catch let error as AWSError {
      throw PipelineError(storing: error)
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError(.storageUnavailable, "\(location): \(type(of: error))")
    }
  }

  private func stored(_ location: S3Location, _ deadline: Deadline) throws(AWSError) -> (body: Data?, etag: String?) {
    do {
      let object = try s3.get(location, maximumBytes: CheckpointState.maximumBytes, deadline: deadline)
      return (object.body, object.info.etag)
    } catch {
      switch error.kind {
      case .notFound: return (nil, nil)
      // No state is so large. No bytes are none either, and a reset replaces it.
      case .tooLarge:
        let info = try s3.head(location, deadline: deadline)
        // Another reset may have replaced it since: its ETag is of a state that was not read.
        guard info.size ?? .max > CheckpointState.maximumBytes else { return try stored(location, deadline) }
        return (Data(), info.etag)
      default: throw error
      }
    }
  }

  /// Another writer was faster, or deleted the object.
  private static func decision(_ error: any Error) -> RetryDecision {
    guard let error = error as? AWSError, [.preconditionFailed, .conflict, .notFound].contains(error.kind) else {
      return .giveUp
    }
    return .retry()
  }

  private func location(_ name: CheckpointName) -> S3Location {
    S3Location(bucket: bucket, key: place.path(of: name))
  }
}

extension PipelineError {
  /// Converts a failure of the store of checkpoints.
  fileprivate init(storing error: AWSError) {
    switch error.kind {
    case .notFound, .noSuchBucket, .accessDenied, .wrongRegion, .rejected, .untrusted, .invalidConfiguration,
      .credentialsMissing, .invalidRequest:
      self.init(.configurationInvalid, "the checkpoints of `state` cannot be read or written: \(error)")
    case .timedOut: self.init(.deadlineExceeded, "\(error)")
    case .tooLarge, .corruptResponse: self.init(.storageCorrupt, "\(error)")
    case .unavailable, .conflict, .preconditionFailed, .cryptography: self.init(.storageUnavailable, "\(error)")
    }
  }
}
