import AWS
import Contracts
import Time
import Versions

/// A version that a cut attempt at the same document has begun: the next attempt goes on with it, so that a large first load
/// ends, and leaves no thousands of files behind.
struct BegunVersion {
  /// Loads of fewer files begin anew: to look for what is there would cost them more.
  static let minimumFiles = 100

  let version: VersionID
  /// The partitions whose files are there, with the bytes that this load would write.
  let written: Set<SeriesPartition>

  /// Looks at the newest folder above the current version.
  /// - Returns: nil if there is none, or if another load may have begun it: if it has a manifest, or a file of another content.
  init?(
    _ plan: SnapshotPlan, after current: VersionID?, in store: VersionStore, _ deadline: Deadline
  ) throws(PipelineError) {
    guard plan.files.count >= Self.minimumFiles,
      let version = try store.folders(deadline: deadline).last, current.map({ version > $0 }) ?? true
    else { return nil }
    let listed: [String]
    do throws(AWSError) {
      listed = try store.objects.list(prefix: store.keys.folder(of: version), delimiter: nil, deadline: deadline)
        .entries.map(\.key)
    } catch { throw PipelineError(versions: error) }
    var missing = Set(listed)
    let files = plan.files.filter { missing.remove(store.keys.data($0.partition, in: version)) != nil }
    guard !files.isEmpty, missing.isEmpty else { return nil }
    for first in stride(from: 0, to: files.count, by: VersionStore.filesAtOnce) {
      let batch = files[first..<min(first + VersionStore.filesAtOnce, files.count)]
      let found = store.objects.getAll(
        batch.map { store.keys.data($0.partition, in: version) }, maximumBytes: PartitionFile.maximumBytes,
        deadline: deadline)
      for (file, outcome) in zip(batch, found) {
        do throws(AWSError) {
          guard try outcome.get().body == PartitionFile.data(file.points) else { return nil }
        } catch { throw PipelineError(versions: error) }
      }
    }
    self.version = version
    written = Set(files.map(\.partition))
  }
}
