import AWS
import Foundation
import RawStore
import Time

/// A bucket in memory, which refuses writes as a test says.
final class MemoryObjects: ObjectStore {
  private(set) var bodies: [String: Data] = [:]
  private(set) var writes = 0
  /// The error of the write of a key; nil for one that succeeds.
  var failure: (String) -> AWSError.Kind? = { _ in nil }

  func putAll(_ writes: [S3Write], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    writes.map { write in
      self.writes += 1
      if let kind = failure(write.location.key) {
        return .failure(AWSError(kind, "S3 PutObject", of: "\(write.location)", "as the test says"))
      }
      bodies[write.location.key] = write.body
      return .success(S3WriteResult(etag: "\"1\"", versionID: nil))
    }
  }

  func getAll(
    _ locations: [S3Location], maximumBytes: Int, deadline: Deadline
  ) -> [Result<S3Object, AWSError>] {
    locations.map { .failure(AWSError(.notFound, "S3 GetObject", of: "\($0)", "not used")) }
  }

  func keys(in bucket: String, prefix: String, deadline: Deadline) -> [String] {
    bodies.keys.filter { $0.hasPrefix(prefix) }.sorted()
  }

  func address(of location: S3Location) -> String { location.description }
}
