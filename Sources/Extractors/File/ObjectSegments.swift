import AWS
import Fetching
import FoundationEssentials
import HTTP
import Time

/// An object of S3 that is read in segments, all of one version.
final class ObjectSegments: SegmentedBody {
  let size: Int
  let headers: HTTPHeaders
  let fetchedAt: Date
  private let location: S3Location
  private let s3: S3Client
  private let info: S3ObjectInfo
  private let segmentBytes: Int
  private var position = 0

  init(
    _ location: S3Location, _ s3: S3Client, _ info: S3ObjectInfo, size: Int, segmentBytes: Int, headers: HTTPHeaders,
    fetchedAt: Date
  ) {
    self.location = location
    self.s3 = s3
    self.info = info
    self.size = size
    self.segmentBytes = segmentBytes
    self.headers = headers
    self.fetchedAt = Date(timeIntervalSince1970: (fetchedAt.timeIntervalSince1970 * 1000).rounded() / 1000)
  }

  func next(deadline: Deadline) throws(FetchError) -> Data {
    guard position < size else { return Data() }
    let end = min(position + segmentBytes, size)
    do {
      let bytes = try s3.get(location, bytes: position..<end, of: info, deadline: deadline)
      position = end
      return bytes
    } catch {
      switch error.kind {
      // The object has another ETag, or none.
      case .preconditionFailed, .notFound: throw LocalFile.changed
      default: throw FetchError(error)
      }
    }
  }
}
