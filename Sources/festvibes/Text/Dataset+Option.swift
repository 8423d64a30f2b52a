import Contracts
import Datasets

extension Dataset {
  /// The option ` --dataset ID` for a command in a hint; empty for the standard dataset, which commands assume.
  var option: String { id == Datasets.standardID ? "" : " --dataset \(id)" }
}
