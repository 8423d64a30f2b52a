import Contracts
import Search

extension EnrichingRegistry {
  /// Opens the search of a dataset's events. Its vectors and those of questions are of one model.
  /// - Throws: `InvalidInput` for a dataset whose records are not in the tables that are searched.
  public func search(of dataset: Dataset) throws(PipelineError) -> EventSearch {
    guard Self.enriches(dataset) else {
      throw PipelineError(
        .invalidInput, "dataset \(dataset.id) has no events to search: its sinks do not include concerts")
    }
    return EventSearch(database, source: dataset.source, zone: try dataset.timeZoneRules()) {
      [self] () throws(PipelineError) in try openModel()
    }
  }
}
