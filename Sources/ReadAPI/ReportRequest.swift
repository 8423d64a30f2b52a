/// The state machine's wish for the operators' page as it is at the end of a run:
/// `{"report":{"dataset":"listings","run":"nightly-20261128","started_at":"2026-11-28T07:00:00Z"}}`.
public struct ReportRequest: Codable, Equatable, Sendable {
  public let dataset: String
  public let run: String
  /// In UTC. Its day is a part of the key.
  public let startedAt: String

  enum CodingKeys: String, CodingKey {
    case dataset, run
    case startedAt = "started_at"
  }

  public init(dataset: String, run: String, startedAt: String) {
    (self.dataset, self.run, self.startedAt) = (dataset, run, startedAt)
  }
}

/// The body of the response: `{"status":"success","key":"reports/listings/2026/11/28/nightly-20261128.html",
/// "uri":"s3://BUCKET/reports/…"}`.
public struct ReportResponse: Codable, Equatable, Sendable {
  public let status: String
  public let key: String
  public let uri: String

  public init(key: String, bucket: String) {
    (status, self.key, uri) = ("success", key, "s3://\(bucket)/\(key)")
  }
}
