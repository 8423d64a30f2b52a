import AWS
import EventCache
import Foundation
import Pipeline
import RawStore
import Secrets
import Time
import Warehouse

/// The stores that the commands open themselves, by the functions' own settings: a variable, or the secret that its
/// `…_SECRET_ARN` names.
struct Stores {
  private let environment: [String: String]
  private let time = SystemTime()

  init(_ settings: Settings) { environment = settings.environment }

  /// Where extract documents and archives are.
  func rawStore(_ settings: RawStoreSettings) throws -> RawStore {
    try withWords(environment) {
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
    try warehouse("festvibes-migrate", within: .seconds(600)) { try $0.migrate(until: $1) }
  }

  /// - Parameters:
  ///   - name: is shown by the server.
  ///   - patience: for all of the work.
  func warehouse<Value>(
    _ name: String, within patience: Duration = .seconds(30), _ work: (Warehouse, Deadline) throws -> Value
  ) throws -> Value {
    try withHint { try work(warehouse(name), Deadline(after: patience, on: time)) }
  }

  func warehouse(_ name: String) throws -> Warehouse {
    let (url, shrinkFloor) = try configured { ($0.text("PG_DATABASE_URL"), Warehouse.shrinkFloor(from: &$0)) }
    return try withHint {
      try Warehouse(
        url: url, zone: Dataset.wwoz.timeZoneRules(), applicationName: name, shrinkFloor: shrinkFloor)
    }
  }

  private func withHint<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as PipelineError where error.name == .configurationInvalid {
      throw CommandError("\(error.message)\n\(Settings.hint)")
    }
  }
}
