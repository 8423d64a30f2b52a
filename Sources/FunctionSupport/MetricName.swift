import Contracts
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
  case runsEnded = "RunsEnded"
  // Cache manager.
  case cachedEvents = "CachedEvents"
  case cachedBytes = "CachedBytes"
  // Enricher.
  case embeddedRows = "EmbeddedRows"
  case geocoderLookups = "GeocoderLookups"
  case geocoderMisses = "GeocoderMisses"
  case geocoderFailures = "GeocoderFailures"
}

extension MetricName {
  /// The metrics that each dataset has for itself. AWS charges each of them once for every dataset.
  static let ofDatasets: Set<String> = Set(
    [MetricName.found, .new, .changed, .rejected, .pagesFailed, .runsEnded].map(\.rawValue) + ["Errors"])
}

extension Metrics {
  /// Names the dataset of the invocation: on its log lines, and as the dimensions `Dataset` and `DataType` of the metrics
  /// that each dataset has for itself.
  public func note(_ dataset: Dataset) {
    note("dataset", dataset.id)
    divide(MetricName.ofDatasets, by: [("Dataset", dataset.id), ("DataType", dataset.dataType)])
  }

  /// The namespace of all functions' metrics in CloudWatch.
  public static let pipelineNamespace = "FestVibes"

  /// Adds to a count.
  public func count(_ name: MetricName, _ number: Int) { count(name.rawValue, number) }

  /// Adds to a number of bytes.
  public func bytes(_ name: MetricName, _ number: Int) { bytes(name.rawValue, number) }
}
