import AWS
import Contracts
import Definitions
import Fetching
import FoundationEssentials
import Processing
import Settings
import Time

/// Reads one file for each item: of this machine, or an object of S3; the plugin `file`. What it read is archived like a
/// page, so that a replay does not need the file.
public final class FileReader: BodyReader {
  public let policy: FetchPolicy
  public let pageSource: (any PageSource)?

  private let dataset: Dataset
  private let template: Template
  private let isOfObjects: Bool
  private let zone: TimeZoneRules
  private let isOnLambda: Bool
  private let time: any TimeSource
  private let bodyLimit: BodyLimit

  /// - Parameters:
  ///   - definition: its file's folder is the one to which paths are relative.
  ///   - section: the section `extract`, checked against `form`.
  ///   - settings: the source of `S3_REGION`, unless the definition names a region.
  ///   - environment: the source of credentials, of S3's endpoint, and of the function's memory.
  public convenience init(
    _ definition: Definition, section: Section, settings: inout Configuration,
    environment: [String: String] = ProcessInfo.processInfo.environment, time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    let folder = definition.file.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
      separator: "/")
    let isAtRoot = definition.file.hasPrefix("/") && folder.isEmpty
    let path = section.text("path") ?? ""
    let region = section.text("region") ?? (path.hasPrefix("s3://") ? settings.text(.bucketRegion) : "")
    try settings.validate()
    try self.init(
      definition.dataset, path: path, folder: isAtRoot ? "/" : folder.isEmpty ? "." : folder,
      maximumBytes: section.integer("max_bytes"), region: region, environment: environment, time: time)
  }

  init(
    _ dataset: Dataset, path: String, folder: String, maximumBytes: Int? = nil, region: String = "",
    environment: [String: String] = [:], segmentBytes: Int = FilePageSource.segmentBytes,
    time: any TimeSource = SystemTime()
  ) throws(PipelineError) {
    guard let location = FileLocation(path) else {
      throw PipelineError(
        .configurationInvalid, "extract.path is '\(path)': it must be a path without '..', or s3://BUCKET/KEY")
    }
    self.dataset = dataset
    template = Template(path)
    if case .object = location { isOfObjects = true } else { isOfObjects = false }
    zone = try dataset.timeZoneRules()
    self.time = time
    // AWS_EXECUTION_ENV is not set in a function that brings its runtime.
    isOnLambda = !environment["AWS_LAMBDA_FUNCTION_NAME", default: ""].isEmpty
    bodyLimit = BodyLimit(environment: environment)
    let limit = FileSizeLimit(maximum: maximumBytes)
    let site = location.site(dataset.id)
    policy = FetchPolicy(
      site: site, userAgent: "festvibes-etl", requestsPerSecond: 1000, obeysRobots: false,
      maximumBodyBytes: limit.bytes)
    pageSource = FilePageSource(
      site, folder: folder, limit: limit, segmentBytes: segmentBytes,
      s3: { () throws(AWSError) in try S3Client(AWSSession(environment: environment, region: region, time: time)) },
      time: time)
  }

  /// - Throws: `SourceRefused` for a file that does not exist, may not be read, or is no file; `SourceChanged` for one that
  ///   is too large, or changes while it is read; `SourceUnavailable`; `DeadlineExceeded`; `InvalidInput` for an item
  ///   without a value of a name in the path; `ConfigurationInvalid` for a path from the root that no image has, on Lambda.
  public func read(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline,
    use: (RawBody) throws(PipelineError) -> BodyFacts
  ) throws(PipelineError) -> BodiesRead {
    let date = item.date ?? zone.localDate(at: fetcher.began ?? time.now)
    let path = try path(of: item, date)
    guard let location = FileLocation(path), location.isAt(policy.site, dataset.id) else {
      throw PipelineError(
        .invalidInput, "extract.path becomes '\(path)' for the item \(item), which is no path of a file")
    }
    var readAt = Date()
    do throws(SegmentError) {
      try fetcher.readSegments(FetchRequest(location.address(dataset.id)), deadline: deadline) {
        (segment) throws(PipelineError) in
        var body = RawBody(
          [UInt8](segment.bytes), charset: segment.charset, address: "\(location)", origin: segment.record)
        (body.segment, body.isLast, body.limit) = (segment.number, segment.isLast, bodyLimit)
        body.readAt = segment.validated
        readAt = segment.validated
        _ = try use(body)
      }
    } catch {
      switch error {
      case .fetch(let error): throw pipelineError(error, reading: location, deadline)
      case .use(let error): throw error
      }
    }
    return BodiesRead(pagesRead: 1, readAt: readAt, isComplete: true)
  }

  public func check(_ item: WorkItem, date: CalendarDate) throws(PipelineError) {
    _ = try path(of: item, item.date ?? date)
  }

  /// - Throws: `InvalidInput` if the item has no value of a name, or one that would lead to another folder.
  private func path(of item: WorkItem, _ date: CalendarDate) throws(PipelineError) -> String {
    let values = TemplateValues(item: item, date: date)
    return try template.filled { (name) throws(PipelineError) in
      let value = try values.value(of: name, key: "path")
      // A slash in an object's key leads to no other folder.
      if isOfObjects, name == "key", !value.isEmpty { return value }
      guard !value.isEmpty, value != "..", value != ".", !value.utf8.contains(where: { $0 == 0x2F || $0 < 0x20 }) else {
        throw PipelineError(
          .invalidInput,
          "the parameter \(name) of the item \(item) is '\(value.prefix(40))': in extract.path it must be the name of a file "
            + "or a folder")
      }
      return value
    }
  }

  private func pipelineError(
    _ error: FetchError, reading location: FileLocation, _ deadline: Deadline
  ) -> PipelineError {
    if case .absolute(let path) = location, isOnLambda, error.reason == .missing {
      return PipelineError(
        .configurationInvalid,
        "extract.path is \(path), which does not exist on Lambda: a function has only the files of its image. Put the file "
          + "beside the definition, with a relative path, or in S3, with s3://BUCKET/KEY")
    }
    return error.pipelineError(reading: "\(location)", deadline: deadline)
  }
}
