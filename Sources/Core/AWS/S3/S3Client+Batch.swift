import Cryptography
import FoundationEssentials
import HTTP
import Time

/// Calls for several objects concurrently, each with its own outcome. The calls for one object use them.
extension S3Client {
  /// Reads whole objects. See `get`.
  /// - Returns: the outcome of each object, in the order of the locations.
  public func getAll(
    _ locations: [S3Location], maximumBytes: Int = 32 << 20, deadline: Deadline
  ) -> [Result<S3Object, AWSError>] {
    client.sendAll(locations, deadline: deadline) { (location) throws(AWSError) in
      var request = try request("GET", "GetObject", location)
      request.headers["x-amz-checksum-mode"] = "ENABLED"
      request.maximumBodyBytes = maximumBytes
      return request
    } reading: { (location, response) throws(AWSError) in
      let info = S3ObjectInfo(response.headers)
      // The checksum of a multipart object (`…-3`) is a checksum of checksums.
      if let checksum = info.checksum, !checksum.contains("-"), try Digest(digesting: response.body).base64 != checksum
      {
        throw .corrupt("S3 GetObject", of: "\(location)", "the bytes do not match the object's checksum")
      }
      return S3Object(body: response.body, info: info)
    }
  }

  /// Reads the metadata of objects. See `head`.
  /// - Returns: the outcome of each object, in the order of the locations.
  public func headAll(_ locations: [S3Location], deadline: Deadline) -> [Result<S3ObjectInfo, AWSError>] {
    client.sendAll(locations, deadline: deadline) { (location) throws(AWSError) in
      var request = try request("HEAD", "HeadObject", location)
      request.headers["x-amz-checksum-mode"] = "ENABLED"
      return request
    } reading: { (_, response) throws(AWSError) in
      S3ObjectInfo(response.headers)
    }
  }

  /// Writes whole objects. See `put`.
  /// - Returns: the stored version of each object, or the error, in the order of the writes.
  public func putAll(_ writes: [S3Write], deadline: Deadline) -> [Result<S3WriteResult, AWSError>] {
    let outcomes = client.sendAll(writes, deadline: deadline) { (write) throws(AWSError) in
      var request = try request("PUT", "PutObject", write.location)
      request.body = write.body
      request.headers = try write.headers(digest: Digest(digesting: write.body))
      return request
    } reading: { (_, response) throws(AWSError) in
      S3ObjectInfo(response.headers).stored
    }
    return zip(writes, outcomes).map { write, outcome in
      outcome.flatMapError { error in Result { () throws(AWSError) in try stored(by: write, after: error, deadline) } }
    }
  }

  /// Returns the version stored by a write that failed its condition because its own first attempt succeeded and the
  /// response was lost.
  private func stored(by write: S3Write, after error: AWSError, _ deadline: Deadline) throws(AWSError) -> S3WriteResult
  {
    guard error.kind == .preconditionFailed, error.isRetryAfterLostResponse else { throw error }
    let found = try head(write.location, deadline: deadline)
    guard found.checksum == (try Digest(digesting: write.body).base64) else { throw error }
    return found.stored
  }
}
