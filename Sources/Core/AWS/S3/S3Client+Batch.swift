import Cryptography
import FoundationEssentials
import HTTP
import Time

/// Several objects at once, each with an outcome of its own: what the calls for one object are made of.
extension S3Client {
  /// Reads objects whole. See `get`.
  /// - Returns: what became of each, in their order.
  public func getAll(
    _ locations: [S3Location], maximumBytes: Int = 32 << 20, deadline: Deadline
  ) -> [Result<S3Object, AWSError>] {
    client.sendAll(locations, deadline: deadline) { (location) throws(AWSError) in
      var request = try request("GET", "GetObject", location)
      request.headers["x-amz-checksum-mode"] = "ENABLED"
      request.maximumBodyBytes = maximumBytes
      return request
    } reading: { (location, answer) throws(AWSError) in
      let info = S3ObjectInfo(answer.headers)
      // That of an object in parts (`…-3`) is a sum of sums.
      if let checksum = info.checksum, !checksum.contains("-"), try Digest(digesting: answer.body).base64 != checksum {
        throw .corrupt("S3 GetObject", of: "\(location)", "the bytes do not have the object's checksum")
      }
      return S3Object(body: answer.body, info: info)
    }
  }

  /// Writes objects whole. See `put`.
  /// - Returns: the new ETag of each, or why it was not written, in their order.
  public func putAll(_ writes: [S3Write], deadline: Deadline) -> [Result<String, AWSError>] {
    let outcomes = client.sendAll(writes, deadline: deadline) { (write) throws(AWSError) in
      var request = try request("PUT", "PutObject", write.location)
      request.body = write.body
      request.headers = try write.headers(digest: Digest(digesting: write.body))
      return request
    } reading: { (_, answer) throws(AWSError) in
      answer.headers["ETag"] ?? ""
    }
    return zip(writes, outcomes).map { write, outcome in
      outcome.flatMapError { error in Result { () throws(AWSError) in try etag(of: write, after: error, deadline) } }
    }
  }

  /// The ETag of a write whose own first attempt, the answer to which was lost, broke its condition.
  private func etag(of write: S3Write, after error: AWSError, _ deadline: Deadline) throws(AWSError) -> String {
    guard error.kind == .preconditionFailed, error.followsLostAnswer else { throw error }
    let found = try head(write.location, deadline: deadline)
    guard found.checksum == (try Digest(digesting: write.body).base64) else { throw error }
    return found.etag
  }
}
