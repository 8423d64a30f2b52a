import Advice
import Contracts
import Datasets
import Definitions

/// A dataset as the page has to know it before it reads the ledger.
public struct OperatedDataset: Sendable {
  public var dataset: Dataset
  /// One line for a person.
  public var summary: String
  public var schedules: [DatasetSchedule]
  /// The days after today of a run without a range, if the items are days.
  public var daysAhead: Int

  public init(
    _ dataset: Dataset, summary: String = "", schedules: [DatasetSchedule] = [],
    daysAhead: Int = PlanRequest.defaultDaysAhead
  ) {
    (self.dataset, self.summary, self.schedules, self.daysAhead) = (dataset, summary, schedules, daysAhead)
  }

  /// Reads the definitions of a catalog. One with a problem is left out: the ledger still has its runs.
  /// - Throws: `ConfigurationInvalid` if the folder cannot be read.
  public static func all(_ catalog: DatasetCatalog) throws(PipelineError) -> [OperatedDataset] {
    try catalog.ids().compactMap { id in
      guard let definition = try? catalog.check(id, allowsMissingVariables: true).definition else { return nil }
      return OperatedDataset(
        definition.dataset, summary: definition.description, schedules: (try? definition.schedules()) ?? [],
        daysAhead: (try? definition.itemPlan())?.daysAhead ?? PlanRequest.defaultDaysAhead)
    }
  }

  /// A dataset of which only the ledger knows.
  /// - Parameter hasDates: true if its items are days.
  init(unknown id: String, hasDates: Bool) {
    self.init(
      Dataset(id: id, dataType: "records", timeZone: "UTC", extractor: "", sinks: [], hasDates: hasDates))
  }

  /// The option of the command line, with a space before it; empty for the standard dataset.
  var option: String { Self.option(dataset.id) }

  static func option(_ id: String) -> String {
    id == Datasets.standardID ? "" : " --dataset \(ShellWord.quoted(id))"
  }
}
