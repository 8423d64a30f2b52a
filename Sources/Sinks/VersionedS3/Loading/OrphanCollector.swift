import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

/// Deletes the versions of loads that ended before they moved the pointer.
///
/// A folder is an orphan if its id is smaller than that of the current version and the chain of versions does not name it: no
/// load can move the pointer to it any more, since the pointer has moved. It is deleted once it is older than a day, so that
/// a person can look at it. Other folders, such as those of another program, are not touched.
struct OrphanCollector {
  private static let age = 86_400.0
  /// Objects that one load deletes, so that it does not last.
  private static let maximumObjects = 500

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
      let count = try collect(below: current, deadline)
      if count > 0 {
        report.remarks.append("\(count) objects of versions that were never completed are deleted")
      }
    } catch {
      report.remarks.append("versions that were never completed are not deleted yet: \(error.message)")
    }
    return report
  }

  private func collect(below current: VersionManifest, _ deadline: Deadline) throws(PipelineError) -> Int {
    var count = 0
    for version in try orphans(below: current, deadline) where now.timeIntervalSince(version.time) > Self.age {
      for key in try deletableKeys(of: version, deadline) {
        guard count < Self.maximumObjects else { return count }
        do { try store.objects.delete(key, deadline: deadline) } catch { throw PipelineError(versions: error) }
        count += 1
      }
    }
    return count
  }

  /// Returns the keys of an orphan, its manifest first: without it, the folder is a version to nobody.
  /// - Returns: nothing for a folder that another program may have written.
  private func deletableKeys(of version: VersionID, _ deadline: Deadline) throws(PipelineError) -> [String] {
    let (folder, manifest) = (store.keys.folder(of: version), store.keys.manifest(of: version))
    var keys: [String]
    do {
      keys = try store.objects.list(prefix: folder, delimiter: nil, deadline: deadline).entries.map(\.key)
    } catch { throw PipelineError(versions: error) }
    let isOwn = keys.allSatisfy { key in
      key == manifest || SeriesPartition(file: key).map { store.keys.data($0, in: version) == key } ?? false
    }
    guard isOwn else { return [] }
    guard let place = keys.firstIndex(of: manifest) else { return keys }
    guard try store.manifest(of: version, deadline: deadline).number != nil else { return [] }
    keys.swapAt(0, place)
    return keys
  }

  /// Returns the orphans, of any age.
  private func orphans(below current: VersionManifest, _ deadline: Deadline) throws(PipelineError) -> [VersionID] {
    let prefix = store.keys.versions
    let listing: S3Listing
    do { listing = try store.objects.list(prefix: prefix, delimiter: "/", deadline: deadline) } catch {
      throw PipelineError(versions: error)
    }
    // Sorted, since the keys are.
    var folders = listing.commonPrefixes.compactMap { VersionID($0.dropFirst(prefix.count).dropLast()) }
      .filter { $0 < current.version }
    var orphans: [VersionID] = []
    var member = current
    // With as many folders as the chain has versions below this one, none of them is an orphan: the rest of the chain, which
    // grows with each version, need not be read.
    while let number = member.number, folders.count > number - 1 {
      guard let previous = member.previous else { return orphans + folders }
      // It follows a version of system 002, whose chain is not known.
      guard number > 1 else { break }
      while let last = folders.last, last >= previous {
        if last > previous { orphans.append(last) }
        folders.removeLast()
      }
      guard folders.count > number - 2 else { break }
      member = try store.manifest(of: previous, deadline: deadline)
    }
    return orphans
  }
}
