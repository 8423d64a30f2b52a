import Contracts
import Foundation
import Ledger
import Time

/// Reads a run of a process again and again, over one connection. A database that is away for a while does not end that: the
/// run goes on without it, too.
final class HostedRunReader {
  /// A failover takes one to two minutes.
  private static let patience = Duration.seconds(300)
  private static let timeout = Duration.seconds(30)

  private let time: any TimeSource
  private let read: (Deadline) throws -> HostedRun?
  /// The time at which the database was first away; nil if it was not at the last reading.
  private var awaySince: Duration?

  init(time: any TimeSource, read: @escaping (Deadline) throws -> HostedRun?) {
    self.time = time
    self.read = read
  }

  convenience init(_ run: HostedRun, _ settings: Settings) throws {
    let ledger = try Stores(settings).loading("festvibes-run").ledger
    self.init(time: SystemTime()) { deadline in
      try HostedRun.read(run.name, of: run.dataset, in: ledger, deadline)
    }
  }

  /// - Returns: the run; nil if the ledger does not have it, or could not be read now, as `isAway` says.
  /// - Throws: the error of a database that was away for five minutes, and any other at once.
  func next() throws -> HostedRun? {
    do {
      let run = try read(Deadline(after: Self.timeout, on: time))
      awaySince = nil
      return run
    } catch let error as PipelineError where [.databaseUnavailable, .deadlineExceeded].contains(error.name) {
      let began = awaySince ?? time.uptime
      guard time.uptime - began < Self.patience else { throw error }
      awaySince = began
      return nil
    }
  }

  /// True if the last reading found no database.
  var isAway: Bool { awaySince != nil }
}
