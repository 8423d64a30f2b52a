import Contracts
import Time
import Versions

/// Refuses a dataset that has versions and no pointer: a person, or a copy of a part of the bucket, has lost it. A load that
/// began a new chain would hide the history.
struct LostPointer {
  /// The manifests that are read. More first loads than these did not end at their pointer.
  private static let maximumManifests = 16

  private let store: VersionStore

  init(_ store: VersionStore) { self.store = store }

  /// - Throws: `StorageCorrupt` if a version was the current one once: one that follows another one, of system 002, or that was
  ///   projected. A first load that ended before its pointer has left no such version.
  func check(_ deadline: Deadline) throws(PipelineError) {
    let folders = try store.folders(deadline: deadline)
    guard !folders.isEmpty else { return }
    let projected = try store.projection(deadline: deadline).manifest
    var complete: VersionID?
    for version in folders.reversed().prefix(Self.maximumManifests) {
      guard let manifest = try store.findManifest(of: version, deadline: deadline) else { continue }
      complete = complete ?? version
      if manifest.number != 1 || projected.hasProjected(version) { throw lost(projected.last ?? complete ?? version) }
    }
  }

  private func lost(_ version: VersionID) -> PipelineError {
    PipelineError(
      .storageCorrupt,
      "\(store.objects.address(of: store.keys.pointer)) is missing, and \(store.objects.address(of: store.keys.versions)) has "
        + "versions. Nothing was changed. Restore it from the bucket's versioning, or write the id of the current version into "
        + "it: it seems to be \(version). To begin without the history, move these versions away")
  }
}
