import AWS
import Fetching
import FoundationEssentials
import HTTP
import Time

/// The way to files: each is a response of status 200, so that archive and replay are those of pages. A file that is larger
/// than a segment is read and archived in several.
final class FilePageSource: SegmentSource {
  /// Bytes of a segment. Several copies of it are in memory at once.
  static let segmentBytes = 8 << 20

  var minimumInterval: Duration = .zero
  var onCircuitEvent: (CircuitEvent) -> Void = { _ in }

  private let site: Site
  private let folder: String
  private let limit: FileSizeLimit
  private let segmentBytes: Int
  private let makeS3: () throws(AWSError) -> S3Client
  /// Made when the first object is read.
  private var s3: S3Client?
  private let time: any TimeSource

  /// - Parameters:
  ///   - folder: the folder of the definition, to which paths are relative.
  ///   - s3: makes the client for objects.
  init(
    _ site: Site, folder: String, limit: FileSizeLimit, segmentBytes: Int = FilePageSource.segmentBytes,
    s3: @escaping () throws(AWSError) -> S3Client, time: any TimeSource
  ) {
    self.site = site
    self.folder = folder
    self.limit = limit
    self.segmentBytes = segmentBytes
    makeS3 = s3
    self.time = time
  }

  func forgetCookies() {}

  func send(
    _ requests: [FetchRequest], deadline: Deadline, deliver: (_ index: Int, Result<PageResponse, FetchError>) -> Void
  ) {
    for (index, request) in requests.enumerated() {
      deliver(index, Result { () throws(FetchError) in try response(to: request, deadline) })
    }
  }

  private func response(to request: FetchRequest, _ deadline: Deadline) throws(FetchError) -> PageResponse {
    guard !deadline.hasPassed else { throw FetchError(.timedOut, "no time was left to read it") }
    let began = time.now
    func response(_ body: Data, _ headers: HTTPHeaders) -> PageResponse {
      PageResponse(url: request.url, status: 200, headers: headers, body: body, fetchedAt: began)
    }
    switch FileLocation(address: request.url, at: site) {
    case .inFolder(let path)?:
      let content = try LocalFile.read("\(folder)/\(path)", in: folder, limit: limit)
      return response(content.body, Self.headers(content.body.count, modified: content.modified))
    case .absolute(let path)?:
      let content = try LocalFile.read(path, limit: limit)
      return response(content.body, Self.headers(content.body.count, modified: content.modified))
    case .object(let bucket, let key)?:
      let object = try ObjectFile.read(
        S3Location(bucket: bucket, key: key), from: try client(), limit: limit, deadline: deadline)
      return response(object.body, Self.headers(object.body.count, object.info))
    case nil: throw FetchError(.refused, "it is not at \(site.origin)")
    }
  }

  /// Opens a file that is larger than a segment. A problem of any other is found when it is read.
  func open(_ request: FetchRequest, deadline: Deadline) throws(FetchError) -> (any SegmentedBody)? {
    switch FileLocation(address: request.url, at: site) {
    case .inFolder(let path)?: return try open("\(folder)/\(path)", in: folder)
    case .absolute(let path)?: return try open(path, in: nil)
    case .object(let bucket, let key)?:
      let location = S3Location(bucket: bucket, key: key)
      let s3 = try client()
      let info: S3ObjectInfo
      do throws(AWSError) { info = try s3.head(location, deadline: deadline) } catch {
        // Read as a whole, a large object would fill the memory. What is no failure of the moment is named by the reading.
        guard [.timedOut, .unavailable].contains(error.kind) else { return nil }
        throw FetchError(error)
      }
      guard let size = info.size, size > segmentBytes, !info.etag.isEmpty else { return nil }
      guard size <= limit.bytes else { throw FetchError(.unusable, limit.refusal(of: size)) }
      return ObjectSegments(
        location, s3, info, size: size, segmentBytes: segmentBytes, headers: Self.headers(size, info),
        fetchedAt: time.now)
    case nil: return nil
    }
  }

  private func open(_ path: String, in folder: String?) throws(FetchError) -> (any SegmentedBody)? {
    let file = try LocalFile(path, in: folder, limit: limit)
    guard file.size > segmentBytes else { return nil }
    return FileSegments(
      file, segmentBytes: segmentBytes, headers: Self.headers(file.size, modified: file.modified),
      fetchedAt: time.now)
  }

  private func client() throws(FetchError) -> S3Client {
    if let s3 { return s3 }
    do {
      let made = try makeS3()
      s3 = made
      return made
    } catch { throw FetchError(error) }
  }

  /// A type is given, so that nothing looks at the file's beginning to guess one.
  private static func headers(_ size: Int, modified: Date?) -> HTTPHeaders {
    var headers: HTTPHeaders = ["Content-Type": "application/octet-stream", "Content-Length": "\(size)"]
    headers["X-Last-Modified"] = modified.map { RFC3339.utc($0) }
    return headers
  }

  private static func headers(_ size: Int, _ info: S3ObjectInfo) -> HTTPHeaders {
    var headers = Self.headers(size, modified: info.lastModified)
    if let type = info.contentType, !type.lowercased().hasPrefix("text/html") { headers["Content-Type"] = type }
    if !info.etag.isEmpty { headers["ETag"] = info.etag }
    headers["x-amz-version-id"] = info.versionID
    return headers
  }
}
