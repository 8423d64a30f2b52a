import Contracts
import Loading
import Time

extension Stores {
  /// Reads the newest run of a dataset that the ledger has, whoever does it; nil if there is none.
  /// - Throws: an error of the database, or of its settings.
  func newestRun(of dataset: Dataset) throws -> RunRecord? {
    try loading("festvibes-run", within: .seconds(30)) { loading, deadline in
      try loading.ledger.runs(of: dataset, last: 1, deadline: deadline).first
    }
  }
}
