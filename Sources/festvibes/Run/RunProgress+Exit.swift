import ArgumentParser
import Foundation

extension RunProgress {
  /// The exit status for a run that did nothing because another one holds the lock: EX_TEMPFAIL of sysexits.h, so that a
  /// script can leave it at that, or try again later.
  static let lockedStatus = ExitCode(EX_TEMPFAIL)

  /// Ends the command with the status of the run, unless it is a success.
  /// - Throws: `ExitCode`.
  func exitUnlessSuccess() throws {
    switch outcome {
    case .success: return
    case .locked: throw Self.lockedStatus
    case .running, .partial, .failed, .stopped: throw ExitCode.failure
    }
  }
}
