import Contracts
import Datasets
import Foundation
import Ledger
import Loading
import Time

/// The last runs of datasets, by the ledger.
struct DatasetLedger {
  private(set) var runs: [String: RunStatus] = [:]
  private(set) var activity: [String: DatasetActivity] = [:]
  /// The reason why the ledger was not read; nil if it was.
  private(set) var problem: String?

  /// Reads the ledger. That it cannot be read is no error: the datasets are there without it.
  init(_ settings: Settings, of datasets: [Dataset]) {
    guard settings.hasDatabase else {
      problem = settings.reasonWithoutLedger
      return
    }
    do {
      (runs, activity) = try Stores(settings).loading("festvibes-datasets", within: .seconds(20)) { loading, deadline in
        let ledger = try loading.ledger
        var runs: [String: RunStatus] = [:]
        for dataset in datasets {
          guard let record = try ledger.runs(of: dataset, last: 1, deadline: deadline).first else { continue }
          let items = try ledger.items(ofRun: record.run, of: dataset, deadline: deadline)
          runs[dataset.id] = RunStatus(record: record, items: items)
        }
        return (runs, try ledger.activity(of: datasets.map(\.id), deadline: deadline))
      }
    } catch {
      let text = (error as? PipelineError)?.message ?? "\(error)"
      problem = text.split(separator: "\n").first.map(String.init) ?? text
    }
  }
}
