import Time

/// The request to the loader:
/// `{"dataset": "news", "item": {"id": …, "date": …}, "s3_key": "raw/news/…", "run": "ID", "allow_shrink": false}`.
///
/// The former shapes are read as well: `date` in place of `item`; and `s3_key`, `date` and `run` in the scraper's
/// response, which comes as `extractorData`, or in its body.
public struct LoadRequest: Codable, Equatable, Sendable {
  public var dataset: String?
  public var item: WorkItem?
  public var s3Key: String?
  public var date: String?
  public var run: String?
  /// Loads a listing that would cancel most of the item's stored records, and takes pages that have lost a field as they
  /// are.
  public var allowShrink: Bool?
  public var extractorData: ExtractorData?

  public struct ExtractorData: Codable, Equatable, Sendable {
    public var s3Key: String?
    public var date: String?
    public var body: Body?

    enum CodingKeys: String, CodingKey {
      case date, body
      case s3Key = "s3_key"
    }
  }

  public struct Body: Codable, Equatable, Sendable {
    public var s3Key: String?
    public var date: String?
    public var run: String?
    /// The numbers of pages, from the scraper's response; nil if it does not have them.
    public var pages: PageCounts?

    enum CodingKeys: String, CodingKey {
      case date, run, pages
      case s3Key = "s3_key"
    }

    public init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      s3Key = try container.decodeIfPresent(String.self, forKey: .s3Key)
      date = try container.decodeIfPresent(String.self, forKey: .date)
      run = try container.decodeIfPresent(String.self, forKey: .run)
      // A load does not fail for the numbers that only inform.
      pages = (try? container.decodeIfPresent(PageCounts.self, forKey: .pages)).flatMap { $0 }
    }
  }

  enum CodingKeys: String, CodingKey {
    case dataset, item, date, run, extractorData
    case s3Key = "s3_key"
    case allowShrink = "allow_shrink"
  }

  public init(
    dataset: String? = nil, item: WorkItem, s3Key: String, run: String? = nil, allowShrink: Bool? = nil
  ) {
    self.dataset = dataset
    self.item = item
    self.s3Key = s3Key
    self.run = run
    self.allowShrink = allowShrink
  }

  /// - Parameter dataset: the dataset that the request names.
  /// - Throws: `InvalidInput`.
  public func target(in dataset: Dataset) throws(PipelineError) -> LoadTarget {
    let key = s3Key ?? extractorData?.body?.s3Key ?? extractorData?.s3Key ?? ""
    guard !key.isEmpty else { throw PipelineError(.invalidInput, "s3_key is missing: the document to load") }
    guard key.utf8.count <= Limits.maximumKeyBytes, !key.utf8.contains(0) else {
      throw PipelineError(.invalidInput, "s3_key is not a key of S3: it is too long, or has a NUL character")
    }
    guard Self.isOfDocument(key) else {
      throw PipelineError(
        .invalidInput,
        "s3_key must be under \(Self.folders.joined(separator: "/ or "))/, where the documents are, without empty parts, "
          + "'.' and '..'")
    }
    let item = try ItemReference.resolve(
      item, orDate: date ?? extractorData?.body?.date ?? extractorData?.date,
      missing: "item is missing, or date: the item of \(key)")
    if let date = item.date, !date.isDate(ofKey: key) {
      throw PipelineError(.invalidInput, "date is \(date), but \(key) is of another day")
    }
    let run = run ?? extractorData?.body?.run
    if let run { try RunName.check(run) }
    return LoadTarget(
      dataset: dataset, item: item, key: key, run: run, allowsShrinkage: allowShrink ?? false,
      pages: extractorData?.body?.pages.flatMap { $0.isPlausible ? $0 : nil })
  }

  /// The folders of documents: today's, and the legacy system's.
  private static let folders = ["raw", "raw_events"]

  private static func isOfDocument(_ key: String) -> Bool {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count > 1 && folders.contains { $0 == parts[0] } && !parts.contains { ["", ".", ".."].contains($0) }
  }
}

extension CalendarDate {
  /// True unless the key names another date, in its folders `year=2024/month=05/day=31` or in its file's name,
  /// `events_2024-05-31_RUN.json`.
  fileprivate func isDate(ofKey key: String) -> Bool {
    let parts = key.split(separator: "/")
    let partition = zip(["year=", "month=", "day="], description.split(separator: "-"))
    let isInFolders = partition.allSatisfy { name, value in
      parts.dropLast().allSatisfy { !$0.hasPrefix(name) || $0 == name + value }
    }
    let named = (parts.last ?? "").split { "_.".contains($0) }.prefix(2).last.flatMap { CalendarDate(String($0)) }
    return isInFolders && (named ?? self) == self
  }
}
