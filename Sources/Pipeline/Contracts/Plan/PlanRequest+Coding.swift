/// The request on the wire. Besides the request itself there are three forms, which may be mixed; what stands at the top
/// wins over `detail`:
///
///     {"dataset_id": "news"}                                        system 002's name of `dataset`
///     {"detail-type": "OrdersChanged", "source": "com.example.shop",
///       "detail": {"dataset": "orders", "days_ahead": 3}}           an event of EventBridge, as it is
///     {"dataset": "orders", "detail": {"bucket": {"name": "b"}, "object": {"key": "k"}}}
///                                                                   S3's event, with the dataset beside it
///
/// A `detail` that is empty, as that of a rule with a schedule, says nothing.
extension PlanRequest: Codable {
  enum CodingKeys: String, CodingKey {
    case dataset, items, bucket, key, detail, object, name
    case datasetID = "dataset_id"
    case jobType = "job_type"
    case daysAhead = "days_ahead"
    case startDate = "start_date"
    case endDate = "end_date"
    case maxFailures = "max_failures"
    case cachedFrom = "cached_from"
  }

  /// - Throws: `InvalidInput` for two datasets, and for a detail that names none; `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let top = try decoder.container(keyedBy: CodingKeys.self)
    let detail = try Self.detail(top)
    func value<Value: Decodable>(_ key: CodingKeys) throws -> Value? {
      try top.decodeIfPresent(Value.self, forKey: key) ?? detail?.decodeIfPresent(Value.self, forKey: key)
    }
    self.init(
      dataset: try Self.dataset(top) ?? detail.flatMap(Self.dataset), daysAhead: try value(.daysAhead),
      startDate: try value(.startDate), endDate: try value(.endDate), items: try value(.items),
      maxFailures: try value(.maxFailures), cachedFrom: try value(.cachedFrom), jobType: try value(.jobType))
    bucket = try top.decodeIfPresent(String.self, forKey: .bucket) ?? detail?.name(.bucket, .name)
    key = try top.decodeIfPresent(String.self, forKey: .key) ?? detail?.name(.key, .name) ?? detail?.name(.object, .key)
    guard dataset == nil, jobType == nil else { return }
    if bucket != nil || key != nil {
      throw PipelineError(.invalidInput, "the request names an object of S3 and no dataset: give dataset beside it")
    }
    if ObjectKeys.isFilled(top, .detail) {
      throw PipelineError(
        .invalidInput, "the event names no dataset: give dataset or job_type in its detail, or beside it")
    }
  }

  /// - Throws: `InvalidInput` for a detail that is no object, such as a text that has one.
  private static func detail(
    _ top: KeyedDecodingContainer<CodingKeys>
  ) throws -> KeyedDecodingContainer<CodingKeys>? {
    guard top.contains(.detail), try !top.decodeNil(forKey: .detail) else { return nil }
    do { return try top.nestedContainer(keyedBy: CodingKeys.self, forKey: .detail) } catch {
      throw PipelineError(.invalidInput, "detail is no JSON object: give the event as EventBridge sends it")
    }
  }

  private static func dataset(_ container: KeyedDecodingContainer<CodingKeys>) throws -> String? {
    let dataset = try container.decodeIfPresent(String.self, forKey: .dataset)
    guard let id = try container.decodeIfPresent(String.self, forKey: .datasetID) else { return dataset }
    guard dataset == nil || dataset == id else {
      throw PipelineError(.invalidInput, "dataset and dataset_id are not the same: give one of them")
    }
    return id
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encodeIfPresent(dataset, forKey: .dataset)
    try container.encodeIfPresent(jobType, forKey: .jobType)
    try container.encodeIfPresent(bucket, forKey: .bucket)
    try container.encodeIfPresent(key, forKey: .key)
    try container.encodeIfPresent(daysAhead, forKey: .daysAhead)
    try container.encodeIfPresent(startDate, forKey: .startDate)
    try container.encodeIfPresent(endDate, forKey: .endDate)
    try container.encodeIfPresent(items, forKey: .items)
    try container.encodeIfPresent(maxFailures, forKey: .maxFailures)
    try container.encodeIfPresent(cachedFrom, forKey: .cachedFrom)
  }
}

extension KeyedDecodingContainer<PlanRequest.CodingKeys> {
  /// Reads a text, or the text in an object: `"b"`, or `{"name": "b"}`. Nil if there is neither.
  fileprivate func name(_ key: Key, _ inner: Key) throws -> String? {
    if let text = try? decodeIfPresent(String.self, forKey: key) { return text }
    return try (try? nestedContainer(keyedBy: Key.self, forKey: key))?.decodeIfPresent(String.self, forKey: inner)
  }
}
