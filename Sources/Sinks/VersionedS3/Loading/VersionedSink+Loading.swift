import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

extension VersionedSink {
  /// Loads a document.
  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's, and `StorageCorrupt` for a version
  ///   that is damaged; `SourceChanged` for too many points or rejections; `ConfigurationInvalid` for a bucket that does not
  ///   exist or may not be written; `StorageUnavailable` if S3 is not reachable, or other loads are always faster.
  public func load(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> LoadReport {
    let incoming = try IncomingPoints(document, for: target, now: time.now, deadline: deadline)
    var last: VersionID?
    do {
      return try retrier.run(deadline: deadline, decision: { $0 is Overtaken ? .retry() : .giveUp }) { _ in
        try attempt(incoming, of: target, after: &last, deadline)
      }
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError(
        .storageUnavailable,
        "\(store.objects.address(of: store.keys.pointer)) was moved by other loads for as long as this call may take, "
          + "while \(target.key) was loaded. The pointer names one of their versions, and the load is repeated")
    }
  }

  /// The error of a load that another one has overtaken: it begins again at what that one has written.
  private struct Overtaken: Error {}

  /// - Parameter last: the version that the attempt before this one has made.
  private func attempt(
    _ incoming: IncomingPoints, of target: LoadTarget, after last: inout VersionID?, _ deadline: Deadline
  ) throws -> LoadReport {
    let (current, manifest) = try current(deadline)
    let orphans = OrphanCollector(store, now: time.now)
    let plan = try plan(incoming, of: target, over: manifest, isDetailed: false, deadline)
    if plan.isEmpty { return orphans.collect(below: manifest, deadline, after: report(incoming, plan)) }
    let begun = last == nil ? try BegunVersion(plan, after: current?.version, in: store, deadline) : nil
    let newest = [current?.version, last].compactMap(\.self).max()
    let version = begun?.version ?? VersionID.next(after: newest, at: time.now)
    last = max(version, last ?? version)
    var next = next(version, plan, incoming, over: manifest)
    next.ancestors = manifest?.nextAncestors ?? []
    let limits = VersionLimits(target: target)
    guard try write(next, plan, limits, leaving: begun?.written ?? [], from: current, deadline) else {
      throw Overtaken()
    }
    return orphans.collect(below: next, deadline, after: report(incoming, plan))
  }

  /// Reports what `load` would change, and changes nothing.
  /// - Throws: as `load`.
  public func dryRun(
    _ document: PartedDocument, for target: LoadTarget, deadline: Deadline
  ) throws(PipelineError) -> DryRun {
    let incoming = try IncomingPoints(document, for: target, now: time.now, deadline: deadline)
    let (_, manifest) = try current(deadline)
    let plan = try plan(incoming, of: target, over: manifest, isDetailed: true, deadline)
    return DryRun(report: report(incoming, plan), differences: plan.differences)
  }

  /// Reads the current version; nothing for a dataset without versions.
  private func current(
    _ deadline: Deadline
  ) throws(PipelineError) -> (pointer: VersionStore.Pointer?, manifest: VersionManifest?) {
    var pointer = try store.current(deadline: deadline)
    if pointer == nil { pointer = try LostPointer(store).check(deadline) }
    guard let pointer else { return (nil, nil) }
    return (pointer, try store.manifest(of: pointer.version, deadline: deadline))
  }

  private func plan(
    _ incoming: IncomingPoints, of target: LoadTarget, over manifest: VersionManifest?, isDetailed: Bool,
    _ deadline: Deadline
  ) throws(PipelineError) -> SnapshotPlan {
    // Without the time of the reading, nothing is known to be outside the window: all stored points may stay.
    // A second more: the document has rounded the time.
    let start = windowInDays.map { (incoming.readAt ?? .distantFuture).addingTimeInterval(1 - 86_400 * Double($0)) }
    let plan = try SnapshotPlan(
      incoming.partitions, over: manifest?.contents ?? [:], from: start, isComplete: incoming.isComplete,
      rejected: incoming.rejected, leaving: late(incoming, manifest), isDetailed: isDetailed
    ) { (places) throws(PipelineError) in try store.points(of: places, deadline: deadline) }
    try VersionLimits(target: target).check(plan, over: manifest)
    return plan
  }

  /// Writes a version: its files, the manifest, and last the pointer.
  /// - Parameter written: the partitions whose files an attempt that was cut has written.
  /// - Returns: false if another load has moved the pointer, or has the same id.
  private func write(
    _ manifest: VersionManifest, _ plan: SnapshotPlan, _ limits: VersionLimits, leaving written: Set<SeriesPartition>,
    from current: VersionStore.Pointer?, _ deadline: Deadline
  ) throws(PipelineError) -> Bool {
    let (keys, version) = (store.keys, manifest.version)
    let data = try limits.data(of: manifest)
    let files = written.isEmpty ? plan.files : plan.files.filter { !written.contains($0.partition) }
    for first in stride(from: 0, to: files.count, by: VersionStore.filesAtOnce) {
      let batch = files[first..<min(first + VersionStore.filesAtOnce, files.count)]
      let writes = try batch.map { (file) throws(PipelineError) in
        VersionWrite(try limits.data(of: file), to: keys.data(file.partition, in: version), condition: .absent)
      }
      guard try put(writes, deadline) else { return false }
    }
    let last = VersionWrite(data, to: keys.manifest(of: version), condition: .absent)
    guard try put([last], deadline) else { return false }
    let isMoved = try store.swap(
      keys.pointer, from: current?.etag, to: Data("\(version)".utf8), contentType: "text/plain", deadline: deadline)
    if isMoved { return true }
    // An attempt whose response was lost may have moved it, and another load may have gone on from there.
    guard let now = try store.current(deadline: deadline)?.version else { return false }
    if now == version { return true }
    return try store.manifest(of: now, deadline: deadline).ancestors.contains(version)
  }

  /// - Returns: false if one of the objects is there already: another load began in the same microsecond.
  private func put(_ writes: [VersionWrite], _ deadline: Deadline) throws(PipelineError) -> Bool {
    var isAlone = true
    for outcome in store.objects.putAll(writes, deadline: deadline) {
      guard case .failure(let error) = outcome else { continue }
      guard error.kind == .preconditionFailed else { throw PipelineError(versions: error) }
      isAlone = false
    }
    return isAlone
  }
}
