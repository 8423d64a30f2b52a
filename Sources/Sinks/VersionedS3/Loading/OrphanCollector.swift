import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

/// Deletes the versions of loads that ended before they moved the pointer.
///
/// A folder is an orphan if its id is smaller than that of the current version and the chain of versions does not name it: no
/// load can move the pointer to it any more, since the pointer has moved. It is deleted once it is older than a day, so that
/// a person can look at it. One with a manifest may have been the current version, before a person put the pointer back: it
/// stays if it was projected, or if another version follows it. Other folders, such as those of another program, are not
/// touched.
struct OrphanCollector {
  private static let age = 86_400.0
  /// Objects that one load deletes, and the time that it may take.
  private static let maximumObjects = 500
  private static let timeout = Duration.seconds(15)
  /// Folders without the chain at which one load looks.
  private static let maximumFolders = 16

  private let store: VersionStore
  private let now: Date

  init(_ store: VersionStore, now: Date) {
    self.store = store
    self.now = now
  }

  /// Collects orphans after a load. A failure does not fail the load, which is done: the next one collects again.
  /// - Parameter current: the manifest of the version that the pointer names; nil if there is none.
  func collect(below current: VersionManifest?, _ deadline: Deadline, after report: LoadReport) -> LoadReport {
    guard let current else { return report }
    var report = report
    do throws(PipelineError) {
      let count = try collect(below: current, deadline.limited(to: Self.timeout))
      if count > 0 {
        let rest = count < Self.maximumObjects ? "" : "; the next load deletes what is left"
        report.remarks.append("\(count) objects of versions that were never completed are deleted\(rest)")
      }
    } catch {
      report.remarks.append("versions that were never completed are not deleted yet: \(error.message)")
    }
    return report
  }

  private func collect(below current: VersionManifest, _ deadline: Deadline) throws(PipelineError) -> Int {
    var count = 0
    for version in try orphans(below: current, deadline) {
      for key in try ownKeys(of: version, deadline) {
        guard count < Self.maximumObjects else { return count }
        do { try store.objects.delete(key, deadline: deadline) } catch { throw PipelineError(versions: error) }
        count += 1
      }
    }
    return count
  }

  /// Returns the keys of an orphan, its manifest first: without it, the folder is a version to nobody.
  /// - Returns: nothing for a folder that another program may have written.
  private func ownKeys(of version: VersionID, _ deadline: Deadline) throws(PipelineError) -> [String] {
    let (folder, manifest) = (store.keys.folder(of: version), store.keys.manifest(of: version))
    var keys: [String]
    do {
      keys = try store.objects.list(prefix: folder, delimiter: nil, deadline: deadline).entries.map(\.key)
    } catch { throw PipelineError(versions: error) }
    let isOwn = keys.allSatisfy { key in
      key == manifest || SeriesPartition(file: key).map { store.keys.data($0, in: version) == key } ?? false
    }
    guard isOwn else { return [] }
    if let place = keys.firstIndex(of: manifest) { keys.swapAt(0, place) }
    return keys
  }

  /// Returns the orphans that are old enough, the oldest first.
  private func orphans(below current: VersionManifest, _ deadline: Deadline) throws(PipelineError) -> [VersionID] {
    let chain = Set(current.ancestors + [current.version])
    guard let start = chain.min() else { return [] }
    let folders = try store.folders(deadline: deadline).filter { !chain.contains($0) }
    let (within, above) = (
      folders.filter { $0 > start && $0 < current.version }, folders.filter { $0 > current.version }
    )
    let old = within.filter(isOld)
    // Below the first version of the chain may be those of system 002, whose loads that failed look like ours. Below a chain
    // whose beginning is not known, nothing is.
    let before = current.first == nil ? [] : folders.filter { $0 < start }
    var orphans = try orphansBefore(before, deadline)
    guard !old.isEmpty else { return orphans }
    var manifests: [VersionID: VersionManifest] = [:]
    let others = (within + above).prefix(Self.maximumFolders)
    for version in others { manifests[version] = try store.findManifest(of: version, deadline: deadline) }
    let followed = Set(manifests.values.compactMap(\.previous))
    let isWhole = others.count == within.count + above.count
    let projected = manifests.isEmpty ? nil : try store.projection(deadline: deadline).manifest
    for version in old where others.contains(version) {
      guard let manifest = manifests[version] else {
        orphans.append(version)
        continue
      }
      // One of many may be followed by one that was not read.
      guard isWhole, manifest.number != nil, !followed.contains(version), projected?.hasProjected(version) == false,
        manifest.previous.map({ chain.contains($0) || $0 < start }) ?? true
      else { continue }
      orphans.append(version)
    }
    return orphans
  }

  /// Returns what is left of first loads that failed: nothing where there is a manifest.
  private func orphansBefore(_ folders: [VersionID], _ deadline: Deadline) throws(PipelineError) -> [VersionID] {
    guard folders.count <= Self.maximumFolders else { return [] }
    for version in folders {
      do throws(AWSError) {
        let found = try store.objects.list(prefix: store.keys.manifest(of: version), delimiter: nil, deadline: deadline)
        guard found.entries.isEmpty else { return [] }
      } catch { throw PipelineError(versions: error) }
    }
    return folders.filter(isOld)
  }

  private func isOld(_ version: VersionID) -> Bool { now.timeIntervalSince(version.time) > Self.age }
}
