import LambdaRuntime

/// The metrics that the functions count, by the names that CloudWatch shows. The runtime adds `Duration`, `ColdStart` and
/// `Errors`. A test compares the dashboard with this list.
public enum MetricName: String, CaseIterable, Sendable {
  // Generator.
  case dates = "Dates"
  // Scraper.
  case rowsFound = "ShowsFound"
  case pagesFailed = "PagesFailed"
  case pagesFetched = "PagesFetched"
  case pagesValidated = "PagesValidated"
  case pagesShared = "PagesShared"
  // Loader.
  case found = "Found"
  case new = "New"
  case changed = "Changed"
  case unchanged = "Unchanged"
  case rejected = "Rejected"
  case cancelled = "Cancelled"
  // Cache manager.
  case cachedEvents = "CachedEvents"
  case cachedBytes = "CachedBytes"
}

extension Metrics {
  /// The namespace of all functions' metrics in CloudWatch.
  public static let pipelineNamespace = "FestVibes"

  /// Adds to a count.
  public func count(_ name: MetricName, _ number: Int) { count(name.rawValue, number) }

  /// Adds to a number of bytes.
  public func bytes(_ name: MetricName, _ number: Int) { bytes(name.rawValue, number) }
}
