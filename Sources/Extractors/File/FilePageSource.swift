import AWS
import Fetching
import FoundationEssentials
import HTTP
import Time

/// The way to files: each is a response of status 200, so that archive and replay are those of pages.
final class FilePageSource: PageSource {
  var minimumInterval: Duration = .zero
  var onCircuitEvent: (CircuitEvent) -> Void = { _ in }

  private let site: Site
  private let folder: String
  private let limit: FileSizeLimit
  private let makeS3: () throws(AWSError) -> S3Client
  /// Made when the first object is read.
  private var s3: S3Client?
  private let time: any TimeSource

  /// - Parameters:
  ///   - folder: the folder of the definition, to which paths are relative.
  ///   - s3: makes the client for objects.
  init(
    _ site: Site, folder: String, limit: FileSizeLimit, s3: @escaping () throws(AWSError) -> S3Client,
    time: any TimeSource
  ) {
    self.site = site
    self.folder = folder
    self.limit = limit
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
      return response(content.body, Self.headers(content.body, modified: content.modified))
    case .absolute(let path)?:
      let content = try LocalFile.read(path, limit: limit)
      return response(content.body, Self.headers(content.body, modified: content.modified))
    case .object(let bucket, let key)?:
      let object = try ObjectFile.read(
        S3Location(bucket: bucket, key: key), from: try client(), limit: limit, deadline: deadline)
      var headers = Self.headers(object.body, modified: object.info.lastModified)
      if let type = object.info.contentType, !type.lowercased().hasPrefix("text/html") {
        headers["Content-Type"] = type
      }
      if !object.info.etag.isEmpty { headers["ETag"] = object.info.etag }
      headers["x-amz-version-id"] = object.info.versionID
      return response(object.body, headers)
    case nil: throw FetchError(.refused, "it is not at \(site.origin)")
    }
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
  private static func headers(_ body: Data, modified: Date?) -> HTTPHeaders {
    var headers: HTTPHeaders = ["Content-Type": "application/octet-stream", "Content-Length": "\(body.count)"]
    headers["X-Last-Modified"] = modified.map { RFC3339.utc($0) }
    return headers
  }
}
