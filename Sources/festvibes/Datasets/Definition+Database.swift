import Definitions
import Loading
import Publishing

extension Definition {
  /// The parts that need a database: `the sink postgres`; empty for a dataset that runs without one.
  var databaseNeeds: [String] { LoadingRegistry.databaseNeeds(of: self) + PublishingRegistry.databaseNeeds(of: self) }
}
