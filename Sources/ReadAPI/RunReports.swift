import Contracts
import FoundationEssentials
import Time

/// Stores the operators' page in S3, beside the documents of a run, so that whoever reads the run's message sees what was
/// known when it was sent.
public struct RunReports {
  /// Writes a page to a key of the data bucket.
  public typealias Store = (_ page: Data, _ key: String, Deadline) throws(PipelineError) -> Void

  /// The most time for the page's queries.
  static let timeout = Duration.seconds(10)
  /// The part of the function's time that is left to S3.
  static let storeTime = Duration.seconds(4)

  private let bucket: String
  private let page: (Deadline) throws -> Data
  private let store: Store

  /// - Parameters:
  ///   - page: makes the page, as it is now.
  ///   - store: writes it.
  public init(bucket: String, page: @escaping (Deadline) throws -> Data, store: @escaping Store) {
    (self.bucket, self.page, self.store) = (bucket, page, store)
  }

  /// Stores the page of a run. A second call writes it again.
  /// - Throws: `InvalidInput` for names that no run has; the errors of the database and of S3.
  public func write(_ request: ReportRequest, deadline: Deadline) throws -> ReportResponse {
    let key = try Self.key(of: request)
    let reading = min(Self.timeout, deadline.remaining - Self.storeTime)
    try store(try page(deadline.limited(to: max(.seconds(1), reading))), key, deadline)
    return ReportResponse(key: key, bucket: bucket)
  }

  /// Returns `reports/DATASET/YYYY/MM/DD/RUN.html`. The day is that of the start, in UTC, as of the archive's.
  static func key(of request: ReportRequest) throws(PipelineError) -> String {
    guard let start = RFC3339.parse(request.startedAt)?.date else {
      throw PipelineError(.invalidInput, "started_at must be a time like 2026-11-28T07:00:00Z")
    }
    try RunName.check(request.run)
    let dataset = request.dataset.unicodeScalars
    guard !dataset.isEmpty, dataset.first != ".", dataset.allSatisfy(\.isInKeyAlphabet) else {
      throw PipelineError(.invalidInput, "dataset must be the id of a dataset")
    }
    let day = RFC3339.utc(start).prefix(10).replacing("-", with: "/")
    return "reports/\(request.dataset)/\(day)/\(request.run).html"
  }
}
