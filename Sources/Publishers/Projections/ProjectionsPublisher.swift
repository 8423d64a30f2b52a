import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

/// Publishes the versions of a dataset as one view: the points of all of them, by series and month.
///
/// A version is projected by immutable objects and one swap of the pointer, so that a reader of the pointer sees a complete
/// view, whenever a publisher ends. All versions that were not projected are, in order. What comes after the swap (copies under
/// system 002's names, the message, the collection of old objects) is remembered in the pointer, and done by the next run if
/// this one is cut.
public final class ProjectionsPublisher: Publisher {
  /// The times that another publisher may be faster before this one gives up.
  private static let maximumConflicts = 20
  /// The copies after which the pointer remembers how far they are: the next run goes on there.
  private static let copiesBetweenMarks = 512
  /// The seconds for which an object stays that the pointer no longer names.
  private static let timeToRead: Double = 86_400
  /// The old objects that one run deletes: it must not take its time.
  private static let deletionsAtOnce = 500

  private let dataset: Dataset
  private let settings: VersionedSettings
  private let store: VersionStore
  private let send: ProjectionTopic.Send?
  private let time: any TimeSource

  /// - Parameters:
  ///   - objects: those of the bucket in the settings.
  ///   - send: sends a message about a new version; nil for none.
  public init(
    _ settings: VersionedSettings, of dataset: Dataset, objects: any VersionObjects, send: ProjectionTopic.Send? = nil,
    time: any TimeSource = SystemTime()
  ) {
    self.dataset = dataset
    self.settings = settings
    self.send = send
    self.time = time
    store = VersionStore(objects, dataset: dataset.id)
  }

  /// Projects what is not projected. A single item's scope only counts: the end of its run does it, once for all items.
  /// - Throws: `StorageUnavailable` if other publishers keep being faster; `StorageCorrupt` if an object is missing or damaged;
  ///   an error of S3.
  public func publish(_ scope: CacheRequest.Scope, deadline: Deadline) throws(PipelineError) -> PublishReport {
    if case .item(let item) = scope {
      guard let current = try store.current(deadline: deadline) else { return PublishReport(counts: [item.id: 0]) }
      let contents = try store.manifest(of: current.version, deadline: deadline).contents
      return PublishReport(counts: [item.id: contents.values.reduce(0) { $0 + ($1.points ?? 0) }])
    }
    var report = PublishReport()
    for _ in 0..<Self.maximumConflicts {
      guard let manifest = try round(into: &report, deadline) else { continue }
      // Objects do not say which item has which series.
      if case .loaded(let items) = scope, items.count == 1 { report.counts = [items[0].id: manifest.pointCount] }
      return report
    }
    throw PipelineError(
      .storageUnavailable,
      "the projection of \(dataset.id) was begun \(Self.maximumConflicts) times, and another publisher was faster each time; "
        + "the next run projects what is missing")
  }

  /// Does all that is missing.
  /// - Returns: the projection; nil if another publisher was faster at something.
  private func round(
    into report: inout PublishReport, _ deadline: Deadline
  ) throws(PipelineError) -> ProjectionManifest? {
    var pointer = try store.projection(deadline: deadline)
    var missing = try versions(after: pointer.manifest, deadline)
    if !missing.isEmpty || pointer.manifest.isFormer {
      guard try adopt(&pointer, before: missing, into: &report, deadline) else { return nil }
    }
    // Someone has deleted the pointer, and its copies are what it named. To lay earlier versions over them would bring back what
    // was revised since, and send a message about each.
    let isRebuilt = pointer.etag == nil && !pointer.manifest.partitions.isEmpty
    if isRebuilt { missing = missing.suffix(1) }
    let step = ProjectionStep(store: store, settings: settings, deadline: deadline)
    for manifest in missing {
      let version = manifest.version
      // After a pointer was put back, what was projected since is not what this version follows.
      let isWhole = isRebuilt || pointer.manifest.last.map { $0 != manifest.previous } ?? (pointer.etag != nil)
      let next = try step.projection(of: manifest, over: pointer.manifest, isWhole: isWhole, now: now)
      let changed = next.partitions.count { pointer.manifest.partitions[$0.key] != $0.value }
      guard try swap(&pointer, to: next, deadline) else { return nil }
      report.notes.append("\(version) projected: \(changed) of \(next.partitions.count) partitions changed")
    }
    guard pointer.etag != nil else { return pointer.manifest }
    return try finish(&pointer, into: &report, deadline) ? pointer.manifest : nil
  }

  /// Returns the versions that are not projected, the oldest first: the chain from the current one back to a projected one. The
  /// current one is among them if it was projected, and another one after it: a person has put the pointer back.
  private func versions(
    after manifest: ProjectionManifest, _ deadline: Deadline
  ) throws(PipelineError) -> [VersionManifest] {
    guard let current = try store.current(deadline: deadline)?.version, current != manifest.last else { return [] }
    var missing = [try store.manifest(of: current, deadline: deadline)]
    guard !manifest.hasProjected(current) else { return missing }
    while let version = missing.last?.previous, !manifest.hasProjected(version) {
      missing.append(try store.manifest(of: version, deadline: deadline))
    }
    return missing.reversed()
  }

  /// Takes over what system 002 has projected, before anything is added to it.
  /// - Parameter missing: the versions that are not projected.
  /// - Returns: false if another publisher was faster.
  private func adopt(
    _ pointer: inout VersionStore.ProjectionPointer, before missing: [VersionManifest],
    into report: inout PublishReport, _ deadline: Deadline
  ) throws(PipelineError) -> Bool {
    guard pointer.manifest.isFormer || pointer.etag == nil else { return true }
    let former = FormerProjection(store: store, deadline: deadline)
    var adopted: ProjectionManifest
    switch try former.adopted(pointer, now: now) {
    case .nothing: return true
    case .overtaken: return false
    case .projection(let manifest): adopted = manifest
    }
    if pointer.etag == nil {
      // The swap of the current version publishes it.
      adopted.projected = missing.dropLast().map { "\($0.version)" }
      adopted.announced = adopted.last ?? adopted.announced
      pointer.manifest = adopted
    } else {
      guard try swap(&pointer, to: adopted, deadline) else { return false }
    }
    report.notes.append("\(adopted.partitions.count) partitions of an earlier projection were taken over")
    return true
  }

  /// Does what comes after the swap, and notes it in the pointer.
  /// - Returns: false if another publisher was faster.
  private func finish(
    _ pointer: inout VersionStore.ProjectionPointer, into report: inout PublishReport, _ deadline: Deadline
  ) throws(PipelineError) -> Bool {
    guard try copy(&pointer, into: &report, deadline) else { return false }
    var done = pointer.manifest
    done.copied = done.last
    done.copiedUntil = nil
    // A message may take the time that is left: the copies are noted before.
    if send != nil, !done.unannounced.isEmpty, done != pointer.manifest {
      guard try swap(&pointer, to: done, deadline) else { return false }
    }
    announce(&done, into: &report, deadline)
    collect(&done, into: &report, deadline)
    guard done != pointer.manifest else { return true }
    return try swap(&pointer, to: done, deadline)
  }

  private func copy(
    _ pointer: inout VersionStore.ProjectionPointer, into report: inout PublishReport, _ deadline: Deadline
  ) throws(PipelineError) -> Bool {
    guard pointer.manifest.copied != pointer.manifest.last else { return true }
    let copies = ProjectionCopies(store: store, settings: settings, deadline: deadline)
    let missing = ProjectionCopies.missing(in: pointer.manifest)
    var (done, marked, conflicts) = (0, 0, 0)
    while done < missing.count {
      guard conflicts < Self.maximumConflicts,
        let part = try copies.copy(missing[done...], etag: pointer.etag ?? "")
      else { return false }
      if part.count == 0 { conflicts += 1 }
      done += part.count
      report.bytes += part.bytes
      guard done - marked >= Self.copiesBetweenMarks, done < missing.count else { continue }
      marked = done
      var next = pointer.manifest
      next.copiedUntil = missing[done - 1].0
      guard try swap(&pointer, to: next, deadline) else { return false }
    }
    return true
  }

  /// Sends a message about each version that has none. A failure costs nothing else: the next run sends it.
  private func announce(_ manifest: inout ProjectionManifest, into report: inout PublishReport, _ deadline: Deadline) {
    for version in manifest.unannounced {
      if let send {
        let message = ProjectionMessage(version, of: store.keys, dataset: dataset.id, bucket: settings.bucket)
        do throws(AWSError) {
          try send(message.subject, message.text, deadline.limited(to: ProjectionTopic.timeout))
        } catch {
          report.warnings.append(
            "the projection of \(version) is there, and no message was sent to SNS_PROJECTION_TOPIC_ARN; the next run tries "
              + "again: \(error)")
          return
        }
      }
      manifest.announced = version
    }
  }

  /// Deletes objects that the pointer has not named for a day: no reader has a pointer as old as that.
  private func collect(_ manifest: inout ProjectionManifest, into report: inout PublishReport, _ deadline: Deadline) {
    let named = Set(manifest.partitions.values.map(\.object))
    var kept: [ProjectionManifest.Replaced] = []
    var left = Self.deletionsAtOnce
    for replaced in manifest.replaced {
      let since = RFC3339.parse(replaced.since)?.date ?? time.now
      guard left > 0, time.now.timeIntervalSince(since) > Self.timeToRead, !named.contains(replaced.object) else {
        kept.append(replaced)
        continue
      }
      left -= 1
      do throws(AWSError) {
        try store.objects.delete(store.keys.projections + replaced.object, deadline: deadline)
      } catch {
        kept.append(replaced)
        left = 0
        report.warnings.append("an old object of the projection was not deleted: \(error)")
      }
    }
    manifest.replaced = kept
  }

  /// Moves the pointer, if it is as it was read.
  /// - Returns: false if another publisher was faster.
  private func swap(
    _ pointer: inout VersionStore.ProjectionPointer, to next: ProjectionManifest, _ deadline: Deadline
  ) throws(PipelineError) -> Bool {
    let write = VersionWrite(
      next.data, to: store.keys.projectionPointer, condition: pointer.etag.map { .matches(etag: $0) } ?? .absent)
    do throws(AWSError) {
      let stored = try store.objects.put(write, deadline: deadline)
      pointer = VersionStore.ProjectionPointer(manifest: next, etag: stored.etag)
      return true
    } catch {
      switch error.kind {
      // With If-Match, S3 says that there is no object.
      case .preconditionFailed, .conflict, .notFound: return false
      default: throw PipelineError(versions: error)
      }
    }
  }

  private var now: String { RFC3339.utc(time.now) }
}
