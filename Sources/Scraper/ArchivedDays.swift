import Contracts
import FoundationEssentials
import LambdaRuntime
import RawStore
import Time

/// Days, read again from archived pages with today's code.
struct ArchivedDays {
  private let store: any ExtractStore
  /// Where the source is today.
  private let site: Site

  init(_ store: any ExtractStore, of site: Site) {
    self.store = store
    self.site = site
  }

  /// The day as its newest archive has it. Only where the listing in there cannot be read, because it did not come, or not
  /// in a form that today's code knows, the one before it is tried.
  /// - Parameters:
  ///   - run: whose archives; nil for all.
  ///   - key: of any run of the date.
  /// - Throws: `InvalidInput` when there is no archive; of several that cannot be read, what is wrong with the newest.
  func newest(
    of run: String?, beside key: RawKey, _ context: LambdaContext
  ) throws -> (day: WWOZDay, archive: String) {
    let name = run.map { RawKey(dataset: key.dataset, dataType: key.dataType, date: key.date, run: $0).run }
    let archives = try store.archives(beside: key, deadline: context.deadline).filter { name == nil || $0.run == name }
    var reason: PipelineError?
    for archive in archives.map({ "\($0)" }).reversed() {
      let (pages, crawl) = try open(archive, of: key.date, context.deadline)
      do throws(PipelineError) {
        return (try crawl.day(key.date, from: pages, deadline: context.deadline), archive)
      } catch {
        context.log.warn(
          "archive passed over", ["date": "\(key.date)", "key": "\(archive)", "reason": .text("\(error)")])
        reason = reason ?? error
      }
    }
    throw reason
      ?? PipelineError(
        .invalidInput,
        run.map { "the run '\($0)' has no archive of \(key.date)" }
          ?? "no run has an archive of \(key.date), so there is nothing to replay")
  }

  /// The day as an archive has it.
  func day(_ date: CalendarDate, at archive: String, deadline: Deadline) throws -> WWOZDay {
    let (pages, crawl) = try open(archive, of: date, deadline)
    return try crawl.day(date, from: pages, deadline: deadline)
  }

  private func open(
    _ archive: String, of date: CalendarDate, _ deadline: Deadline
  ) throws -> (pages: ArchivedPages, crawl: WWOZCrawl) {
    let pages = try ArchivedPages(store.get(archive, deadline: deadline), at: store.url(of: archive))
    // The source may have moved since.
    return (pages, try WWOZCrawl(site: pages.site(of: WWOZCrawl.listingPath(of: date)) ?? site))
  }
}
