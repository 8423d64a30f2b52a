import Contracts
import Fetching
import Settings
import WWOZExtractor

/// The extractors that this build knows, and one instance for each dataset that was asked for. A new extractor is one line
/// of `plugins`.
public final class ExtractionRegistry {
  private typealias Make = @Sendable (Dataset, inout Configuration) throws(PipelineError) -> any Extractor

  private static let plugins: [String: Make] = [
    "wwoz_livewire": { (dataset, settings) throws(PipelineError) in try WWOZExtractor(dataset, settings: &settings) }
  ]

  private let configuration: () -> Configuration
  private var extractors: [String: any Extractor] = [:]

  /// - Parameter configuration: reads the environment. It is called once for each dataset that is asked for, so that wrong
  ///   settings of one dataset do not stop another.
  public init(_ configuration: @escaping () -> Configuration) { self.configuration = configuration }

  /// Returns the dataset's extractor.
  /// - Throws: `ConfigurationInvalid` for an unknown plugin, or with all problems of the dataset's settings.
  public func extractor(for dataset: Dataset) throws(PipelineError) -> any Extractor {
    if let extractor = extractors[dataset.id] { return extractor }
    guard let make = Self.plugins[dataset.extractor] else {
      let known = Self.plugins.keys.sorted().joined(separator: ", ")
      throw PipelineError(
        .configurationInvalid,
        "dataset \(dataset.id) names the extractor '\(dataset.extractor)': it must be one of \(known)")
    }
    var settings = configuration()
    let extractor = try make(dataset, &settings)
    extractors[dataset.id] = extractor
    return extractor
  }
}
