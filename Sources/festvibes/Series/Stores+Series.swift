import AWS
import Contracts
import Datasets
import Definitions
import Foundation
import Publishing
import Settings
import Time
import Versions

extension Settings {
  /// The datasets for commands about their versions: of the other sections no value is needed.
  var datasetsByVersions: DatasetCatalog {
    datasets(KnownPlugins(sinkPublishers: PublishingRegistry.known.sinkPublishers))
  }
}

extension Stores {
  /// Opens the versions of a dataset.
  /// - Returns: nil for a dataset that is not loaded into versions.
  func versions(of id: String) throws -> VersionStore? {
    try withHint {
      let definition = try settings.datasetsByVersions.definition(id)
      guard let section = definition.sinks.first(where: { $0.plugin == VersionedSettings.plugin }) else { return nil }
      let place = VersionedSettings(section)
      settings.log.debug("versions", ["bucket": .text(place.bucket), "region": .text(place.region ?? "")])
      return try withReadableErrors(settings.environment) {
        let session = try AWSSession(
          environment: settings.environment, region: place.region,
          profiles: ProfileFiles(environment: settings.environment))
        return VersionStore(BucketObjects(try S3Client(session), bucket: place.bucket), dataset: id)
      }
    }
  }

  /// Opens the versions of a dataset that must have them.
  /// - Throws: `CommandError` for one that is not loaded into versions.
  func requiredVersions(of id: String) throws -> VersionStore {
    if let store = try versions(of: id) { return store }
    throw CommandError("dataset \(id) has no versions: its definition does not load into \(VersionedSettings.plugin)")
  }

  /// Reads the pointer to the current version.
  /// - Throws: `CommandError` for a dataset that was not loaded yet.
  static func current(in store: VersionStore, _ deadline: Deadline) throws -> VersionID {
    if let current = try store.current(deadline: deadline) { return current.version }
    throw CommandError(
      "dataset \(store.dataset) has no version yet\n"
        + NextStep("run --dataset \(NextStep.quoted(store.dataset))").line)
  }

  /// Returns the sections of a dataset's tables, in the order of its definition.
  func tableSections(of id: String) throws -> [Section] {
    try withHint {
      try settings.datasetsWithoutSecrets.check(id, allowsMissingVariables: true).definition?.sinks
        .filter { $0.plugin == "postgres" } ?? []
    }
  }
}
