import AWS
import Fetching
import FoundationEssentials
import Time

/// Reads objects of S3. An object is read as one version, so that it cannot change meanwhile.
enum ObjectFile {
  /// - Throws: `missing`; `refused` for credentials or a region that are not accepted; `unusable` for an object that is too
  ///   large; `unavailable`, `timedOut`.
  static func read(
    _ location: S3Location, from s3: S3Client, limit: FileSizeLimit, deadline: Deadline
  ) throws(FetchError) -> S3Object {
    do { return try s3.get(location, maximumBytes: limit.bytes, deadline: deadline) } catch {
      switch error.kind {
      case .tooLarge:
        let size = (try? s3.head(location, deadline: deadline))?.size
        throw FetchError(.unusable, limit.refusal(of: size))
      default: throw FetchError(error)
      }
    }
  }
}

extension FetchError {
  /// The reason that a failure of S3 amounts to.
  init(_ error: AWSError) {
    switch error.kind {
    case .notFound: self.init(.missing, "it does not exist (\(error))")
    case .noSuchBucket: self.init(.missing, "its bucket does not exist (\(error))")
    case .accessDenied:
      self.init(
        .refused,
        "the AWS credentials (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, or the function's role) are not accepted for it; "
          + "a missing object is refused as well without s3:ListBucket (\(error))")
    case .wrongRegion: self.init(.refused, "extract.region is not the bucket's region (\(error))")
    case .timedOut: self.init(.timedOut, "\(error)")
    case .unavailable, .conflict, .corruptResponse, .cryptography: self.init(.unavailable, "\(error)")
    case .invalidRequest, .invalidConfiguration, .credentialsMissing, .untrusted, .rejected, .preconditionFailed,
      .tooLarge:
      self.init(.refused, "\(error)")
    }
  }
}
