import Contracts
import FoundationEssentials
import Versions

/// The limits of what a load makes. They are checked before anything is written: what exceeds them could not be read again.
struct VersionLimits {
  let target: LoadTarget

  /// - Throws: `SourceChanged` for more series than the dataset's state has room for.
  func check(_ plan: SnapshotPlan, over manifest: VersionManifest?) throws(PipelineError) {
    guard let state = target.dataset.watermarks, state.kind != .postgres else { return }
    var codes = plan.series
    // Of several items each has a state of its own.
    if state.hasOneItem, let manifest {
      codes.formUnion(manifest.readings.keys)
      for partition in manifest.contents.keys { codes.insert(partition.series) }
    }
    guard !CheckpointState.hasRoom(for: codes) else { return }
    throw PipelineError(
      .sourceChanged,
      "\(target.key) would make \(codes.count) series of the dataset, and its state, which has the last time of each, has at most "
        + "\(CheckpointState.maximumBytes) bytes: divide the dataset, or leave out `state`. Nothing was changed")
  }

  /// Returns the bytes of a manifest.
  /// - Throws: `SourceChanged` for one that is too large.
  func data(of manifest: VersionManifest) throws(PipelineError) -> Data {
    let data = manifest.data
    guard data.count <= VersionManifest.maximumBytes else {
      throw PipelineError(
        .sourceChanged,
        "the manifest of \(manifest.contents.count) months of series has \(data.count) bytes, and one has at most "
          + "\(VersionManifest.maximumBytes): divide the dataset. Nothing was changed")
    }
    return data
  }

  /// Returns the bytes of a file.
  /// - Throws: `SourceChanged` for one that is too large.
  func data(of file: SnapshotPlan.File) throws(PipelineError) -> Data {
    let data = PartitionFile.data(file.points)
    guard data.count <= PartitionFile.maximumBytes else {
      throw PipelineError(
        .sourceChanged,
        "\(file.partition) has \(file.points.count) points in \(data.count) bytes, and a file has at most "
          + "\(PartitionFile.maximumBytes): divide the series. The current version is as it was")
    }
    return data
  }
}
