import Contracts

/// The datasets that this build knows. A new dataset is one entry of `all`.
public enum Datasets {
  public static let all = [
    // The WWOZ Livewire calendar of concerts in New Orleans.
    Dataset(
      id: "wwoz", dataType: "events", timeZone: "America/Chicago", extractor: "wwoz_livewire", sinks: ["concerts"],
      publishers: ["event_cache"])
  ]

  /// The dataset of a request that names none.
  public static let standard = all[0]

  /// Returns the dataset with an id; `standard` if the id is nil.
  /// - Throws: `InvalidInput` for an unknown id.
  public static func dataset(_ id: String?) throws(PipelineError) -> Dataset {
    guard let id else { return standard }
    guard let dataset = all.first(where: { $0.id == id }) else {
      throw PipelineError(
        .invalidInput, "dataset is '\(id.prefix(40))': it must be one of \(all.map(\.id).joined(separator: ", "))")
    }
    return dataset
  }
}
