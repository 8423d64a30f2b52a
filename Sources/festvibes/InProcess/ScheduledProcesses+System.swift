import Contracts
import Datasets
import Foundation
import Ledger
import Loading
import Time

/// The end of the process of a scheduled run.
enum ScheduledProcessEnd: Equatable {
  case status(Int32)
  case signal(Int32)
}

extension Process: ScheduledProcesses.Child {
  var end: ScheduledProcessEnd? {
    guard !isRunning else { return nil }
    return terminationReason == .exit ? .status(terminationStatus) : .signal(terminationStatus)
  }
}

extension ScheduledProcesses.Calls {
  /// Processes of this program, and the ledger of the settings.
  init(_ settings: Settings, say: @escaping (String) throws -> Void) {
    self.init(
      launch: { arguments in
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = arguments
        try process.run()
        return process
      }, wasStarted: { try settings.hasRun(ScheduledProcesses.name($0, $1), of: $0.dataset) }, say: say)
  }
}

extension Settings {
  /// Returns true if the ledger has a run; without a ledger nobody knows.
  fileprivate func hasRun(_ name: String, of id: String) throws -> Bool {
    guard hasDatabase else { return false }
    let dataset = try datasetsWithoutSecrets.dataset(id)
    let ledger = try Stores(self).loading("festvibes-schedule").ledger
    let deadline = Deadline(after: .seconds(5), on: SystemTime())
    do throws(PipelineError) {
      return try ledger.run(named: name, of: dataset, deadline: deadline) != nil
    } catch {
      // The first run makes the tables, or says what is wrong with them.
      guard error.name == .schemaMismatch else { throw error }
      return false
    }
  }
}
