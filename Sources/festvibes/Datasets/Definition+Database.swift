import Contracts
import Definitions
import Loading
import Publishing

extension Definition {
  /// The parts that need a database: `the sink postgres`; empty for a dataset that runs without one.
  var databaseNeeds: [String] { LoadingRegistry.databaseNeeds(of: self) + PublishingRegistry.databaseNeeds(of: self) }
}

extension Settings {
  /// True if there is no database here, and the dataset needs none.
  func isWithoutDatabase(_ dataset: Dataset) -> Bool {
    guard reasonWithoutLedger != nil else { return false }
    let read = try? datasetsWithoutSecrets.check(dataset.id, allowsMissingVariables: true)
    return read?.definition?.databaseNeeds.isEmpty ?? false
  }
}
