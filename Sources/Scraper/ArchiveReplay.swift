import Contracts
import Fetching
import FoundationEssentials
import LambdaRuntime
import RawStore
import Time

/// Extracts items again from archived pages, with today's code.
struct ArchiveReplay<Plugin: Extractor> {
  let store: any ExtractStore
  let extractor: Plugin
  let redactor: Redactor

  /// An item as one of its archives has it.
  struct Replayed {
    let extract: Extract<Plugin.Record>
    /// The writer that has the records before those of the extract.
    let writer: PartWriter<Plugin.Record>
    /// The key of the archive.
    let archive: String
    /// The reason why it is not the newest archive; nil if it is.
    let notice: String?
  }

  /// Extracts an item from its newest archive. Only if the item as a whole cannot be extracted from it, the archive before
  /// it is tried: the archive is damaged or gone, or the listing is missing there, or it has a form that today's code does
  /// not know. The log and the result say so.
  /// - Parameters:
  ///   - run: the run whose archives are used; nil for all runs.
  ///   - key: the key of any run of the item.
  ///   - makeWriter: makes the writer of the documents from an archive, by the place of the archive among those that were
  ///     tried: parts of a document from an archive that turned out to be damaged stay as they are.
  /// - Throws: `InvalidInput` if there is no archive; if no archive can be used, the error of the newest; a retryable error
  ///   if the store cannot be read now.
  func newest(
    of run: String?, beside key: RawKey, _ context: LambdaContext,
    writingWith makeWriter: (_ archive: String, _ place: Int) -> PartWriter<Plugin.Record>,
    receiving receive: (ExtractBatch<Plugin.Record>, PartWriter<Plugin.Record>) throws(PipelineError) -> Void
  ) throws(PipelineError) -> Replayed {
    let item = key.item
    let name = run.map { RawKey(dataset: key.dataset, item: item, run: $0, started: Date()).run }
    let archives = try store.archives(beside: key, deadline: context.deadline).filter { name == nil || $0.run == name }
    var newest: (run: String, reason: PipelineError)?
    for (place, candidate) in archives.reversed().enumerated() {
      let archive = "\(candidate)"
      do throws(PipelineError) {
        let pages = try open(archive, context.deadline)
        guard pages.isOf(item) else { continue }
        let writer = makeWriter(archive, place)
        let extract = try extract(item, from: pages, context.deadline) { (batch) throws(PipelineError) in
          try receive(batch, writer)
        }
        return Replayed(
          extract: extract, writer: writer, archive: archive,
          notice: newest.map { Self.notice($0.run, $0.reason, replayed: candidate.run) })
      } catch {
        // Another archive would hide that the store cannot be read now.
        guard !error.name.isRetryable || error.name.isOfSource else { throw error }
        context.log.warn(
          "archive passed over", ["item": .text(item.id), "key": .text(archive), "reason": .text("\(error)")])
        newest = newest ?? (candidate.run, error)
      }
    }
    throw newest?.reason
      ?? PipelineError(
        .invalidInput,
        run.map { "the run '\($0)' has no archive of \(item)" }
          ?? "no run has an archive of \(item), so there is nothing to replay: run it first")
  }

  /// Names runs and not keys, so that the items of a run have the same notice.
  private static func notice(_ run: String, _ reason: PipelineError, replayed: String) -> String {
    let problem =
      switch reason.name {
      case .storageCorrupt: "is damaged"
      case .invalidInput: "lacks the listing or is gone"
      default: "cannot be read by this version"
      }
    return
      "the newest archive, of the run \(run), \(problem) (\(reason.name.rawValue)): an earlier one was replayed, of "
      + "the run \(replayed)"
  }

  /// Extracts an item from one archive.
  /// - Throws: besides the errors of the store and of the extractor, `StorageCorrupt` if the archive is of another item:
  ///   the run `b_1` of the item `a` has the keys of the run `1` of the item `a_b`.
  func extract(
    _ item: WorkItem, at archive: String, deadline: Deadline
  ) throws(PipelineError) -> Extract<Plugin.Record> {
    let pages = try pages(of: item, at: archive, deadline)
    let item = item.read(from: pages.checkpoint)
    do throws(PipelineError) { return try extractor.extract(item, via: pages, deadline: deadline) } catch {
      throw error.redacted(by: redactor)
    }
  }

  /// - Throws: as `extract`, but for the extractor's errors.
  func check(_ item: WorkItem, at archive: String, deadline: Deadline) throws(PipelineError) {
    _ = try pages(of: item, at: archive, deadline)
  }

  private func pages(
    of item: WorkItem, at archive: String, _ deadline: Deadline
  ) throws(PipelineError) -> ArchivedPages {
    let pages = try open(archive, deadline)
    guard pages.isOf(item) else {
      throw PipelineError(.storageCorrupt, "\(archive) is of another item than \(item): give the run another name")
    }
    return pages
  }

  private func extract(
    _ item: WorkItem, from pages: ArchivedPages, _ deadline: Deadline, _ receive: BatchReceiver<Plugin.Record>
  ) throws(PipelineError) -> Extract<Plugin.Record> {
    let item = item.read(from: pages.checkpoint)
    do throws(PipelineError) { return try extractor.extract(item, via: pages, deadline: deadline, receive) } catch {
      throw error.redacted(by: redactor)
    }
  }

  private func open(_ archive: String, _ deadline: Deadline) throws(PipelineError) -> ArchivedPages {
    let data = try store.get(archive, deadline: deadline)
    guard !data.isEmpty else { throw PipelineError(.storageCorrupt, "\(store.url(of: archive)) is empty") }
    return try ArchivedPages(data, at: store.url(of: archive), policy: extractor.policy) {
      (number, deadline) throws(PipelineError) in
      try store.get(RawKey.segment(number, ofArchiveAt: archive), deadline: deadline)
    }
  }
}

extension WorkItem {
  /// The item as an archive's run had it: a replay starts where that run did, and not at today's checkpoint.
  fileprivate func read(from checkpoint: Checkpoint?) -> WorkItem {
    var item = self
    item.checkpoint = checkpoint
    return item
  }
}

extension PipelineError.Name {
  /// True for a retryable error of a source. In a replay the archive is the source, and what it lacks stays so.
  fileprivate var isOfSource: Bool { [.sourceUnavailable, .sourceThrottled].contains(self) }
}
