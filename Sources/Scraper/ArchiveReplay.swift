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

  /// Extracts an item from its newest archive. Only if the item as a whole cannot be extracted from it, the archive before
  /// it is tried: the listing is missing there, or has a form that today's code does not know.
  /// - Parameters:
  ///   - run: the run whose archives are used; nil for all runs.
  ///   - key: the key of any run of the item.
  /// - Throws: `InvalidInput` if there is no archive; if no archive can be used, the error of the newest.
  func newest(
    of run: String?, beside key: RawKey, _ context: LambdaContext
  ) throws(PipelineError) -> (extract: Extract<Plugin.Record>, archive: String) {
    let item = key.item
    let name = run.map { RawKey(dataset: key.dataset, item: item, run: $0, started: Date()).run }
    let archives = try store.archives(beside: key, deadline: context.deadline).filter { name == nil || $0.run == name }
    var reason: PipelineError?
    for archive in archives.map({ "\($0)" }).reversed() {
      let pages = try open(archive, context.deadline)
      guard pages.isOf(item) else { continue }
      do throws(PipelineError) {
        return (try extract(item, from: pages, context.deadline), archive)
      } catch {
        context.log.warn(
          "archive passed over", ["item": .text(item.id), "key": .text(archive), "reason": .text("\(error)")])
        reason = reason ?? error
      }
    }
    throw reason
      ?? PipelineError(
        .invalidInput,
        run.map { "the run '\($0)' has no archive of \(item)" }
          ?? "no run has an archive of \(item), so there is nothing to replay")
  }

  /// Extracts an item from one archive.
  /// - Throws: besides the errors of the store and of the extractor, `StorageCorrupt` if the archive is of another item:
  ///   the run `b_1` of the item `a` has the keys of the run `1` of the item `a_b`.
  func extract(
    _ item: WorkItem, at archive: String, deadline: Deadline
  ) throws(PipelineError) -> Extract<Plugin.Record> {
    let pages = try open(archive, deadline)
    guard pages.isOf(item) else {
      throw PipelineError(.storageCorrupt, "\(archive) is of another item than \(item): give the run another name")
    }
    return try extract(item, from: pages, deadline)
  }

  private func extract(
    _ item: WorkItem, from pages: ArchivedPages, _ deadline: Deadline
  ) throws(PipelineError) -> Extract<Plugin.Record> {
    do throws(PipelineError) { return try extractor.extract(item, via: pages, deadline: deadline) } catch {
      throw error.redacted(by: redactor)
    }
  }

  private func open(_ archive: String, _ deadline: Deadline) throws(PipelineError) -> ArchivedPages {
    try ArchivedPages(
      store.get(archive, deadline: deadline), at: store.url(of: archive), policy: extractor.policy)
  }
}
