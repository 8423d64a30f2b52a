import AWS
import ConcertsSink
import Contracts
import EventCache
import Foundation
import RawStore
import Settings
import Time

/// The stores that the commands open themselves, by the functions' own settings: a variable, or the secret that its
/// `…_SECRET_ARN` names.
struct Stores {
  private let environment: [String: String]
  private let time = SystemTime()

  init(_ settings: Settings) { environment = settings.environment }

  /// Where extract documents and archives are.
  func rawStore(_ settings: RawStoreSettings) throws -> RawStore {
    try withReadableErrors(environment) {
      try RawStore(
        bucket: settings.bucket,
        session: AWSSession(
          environment: environment, region: settings.region, profiles: ProfileFiles(environment: environment)))
    }
  }

  /// What a function would read from the environment.
  /// - Throws: `CommandError` with all that is wrong.
  func configured<Value>(_ read: (inout Configuration) throws -> Value) throws -> Value {
    try withHint {
      var configuration = Configuration.ofFunction(environment)
      let value = try read(&configuration)
      try configuration.validate()
      return value
    }
  }

  /// The cached day as it lies there; nil when the cache does not have it.
  func cachedDay(_ date: CalendarDate) throws -> Data? {
    try withHint {
      let settings = try configured { EventCacheSettings(from: &$0) }
      let cache = try EventCache(settings, zone: Dataset.wwoz.timeZoneRules())
      return try cache.read(date, deadline: Deadline(after: .seconds(30), on: time))
    }
  }

  /// - Returns: the names of the migrations that were applied.
  func migrate() throws -> [String] {
    try database("festvibes-migrate", within: .seconds(600)) { try $0.migrate(until: $1) }
  }

  /// - Parameters:
  ///   - name: is shown by the server.
  ///   - patience: for all of the work.
  func database<Value>(
    _ name: String, within patience: Duration = .seconds(30), _ work: (ConcertsDatabase, Deadline) throws -> Value
  ) throws -> Value {
    try withHint { try work(database(name), Deadline(after: patience, on: time)) }
  }

  func database(_ name: String) throws -> ConcertsDatabase {
    let (url, minimumListingRatio) = try configured { ($0.text("PG_DATABASE_URL"), ConcertsDatabase.minimumListingRatio(from: &$0)) }
    return try withHint {
      try ConcertsDatabase(
        url: url, zone: Dataset.wwoz.timeZoneRules(), applicationName: name, minimumListingRatio: minimumListingRatio)
    }
  }

  private func withHint<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as PipelineError where error.name == .configurationInvalid {
      throw CommandError("\(error.message)\n\(Settings.hint)")
    }
  }
}
