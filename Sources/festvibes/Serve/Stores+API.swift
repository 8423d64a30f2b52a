import APISetup
import Ledger
import Settings
import Time

extension Stores {
  /// Prepares the database for the read API.
  /// - Returns: as `APISetup.prepare`.
  func prepareAPI(progress: (String) -> Void) throws -> [String] {
    let database = try configured { DatabaseSetting(from: &$0) }
    guard let url = database.url else { throw database.missing }
    return try withHint {
      try APISetup(
        Database(
          url: url, migrations: [], allowsWeakTLS: database.allowsWeakTLS, applicationName: "festvibes-migrate")
      ).prepare(deadline: Deadline(after: .seconds(3600), on: SystemTime()), progress: progress)
    }
  }
}
