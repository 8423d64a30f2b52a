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

  /// Looks for versions where no pointer was found.
  /// - Returns: the pointer, if other loads have begun the chain since; nil if there is no chain.
  /// - Throws: `StorageCorrupt` if a version was the current one once: one that follows another one, of system 002, or that was
  ///   projected. A first load that ended before its pointer has left no such version.
  func check(_ deadline: Deadline) throws(PipelineError) -> VersionStore.Pointer? {
    guard let version = try formerlyCurrent(deadline) else { return nil }
    // Such a version is written after its chain's first pointer, which may be younger than the look that did not find it.
    if let pointer = try store.current(deadline: deadline) { return pointer }
    throw lost(version)
  }

  /// Returns the version to which the pointer is to be restored, if one was the current one once.
  private func formerlyCurrent(_ deadline: Deadline) throws(PipelineError) -> VersionID? {
    let folders = try store.folders(deadline: deadline)
    guard !folders.isEmpty else { return nil }
    let projected = try store.projection(deadline: deadline).manifest
    var complete: VersionID?
    for version in folders.reversed().prefix(Self.maximumManifests) {
      guard let manifest = try store.findManifest(of: version, deadline: deadline) else { continue }
      complete = complete ?? version
      if manifest.number != 1 || projected.hasProjected(version) { return projected.last ?? complete }
    }
    return nil
  }

  private func lost(_ version: VersionID) -> PipelineError {
    PipelineError(
      .storageCorrupt,
      "\(store.objects.address(of: store.keys.pointer)) is missing, and \(store.objects.address(of: store.keys.versions)) has "
        + "versions. Nothing was changed. Restore it from the bucket's versioning, or write the id of the current version into "
        + "it: it seems to be \(version). To begin without the history, move these versions away")
  }
}
