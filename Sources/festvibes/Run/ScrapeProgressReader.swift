import Contracts
import Foundation
import RawStore
import Time

/// Adds to a run's progress how far the scrapes of its running items are. It is a convenience: where the raw store cannot be
/// read, nothing is added.
final class ScrapeProgressReader {
  /// The interval between two looks at an item. A scraper reports no more often.
  private static let interval = Duration.seconds(2)

  private let time: any TimeSource
  private let log: (String) -> Void
  private var read: ((_ run: String, _ item: WorkItem) throws -> ScrapeProgress?)?
  private var known: [String: (progress: ScrapeProgress?, at: Duration)] = [:]

  /// - Parameters:
  ///   - read: reads an item's progress; nil if the raw store's settings are missing.
  ///   - log: takes the reason why nothing is added.
  init(
    time: any TimeSource = SystemTime(), log: @escaping (String) -> Void,
    read: ((_ run: String, _ item: WorkItem) throws -> ScrapeProgress?)?
  ) {
    self.time = time
    self.log = log
    self.read = read
  }

  /// Reads with the settings of the command line.
  convenience init(_ settings: Settings) {
    let log = { (reason: String) in settings.log.debug("no progress of scrapes", ["reason": .text(reason)]) }
    do {
      let store = try Stores(settings).rawStore()
      self.init(log: log) { run, item in
        try store.progress(ofRun: run, item: item, deadline: Deadline(after: .seconds(2), on: SystemTime()))
      }
    } catch {
      log("\(error)")
      self.init(log: log, read: nil)
    }
  }

  func adding(to progress: RunProgress) -> RunProgress {
    var progress = progress
    for index in progress.items.indices where progress.items[index].state == .running(.scrape) {
      progress.items[index].pages = pages(of: progress.items[index].item, in: progress.name)
    }
    return progress
  }

  private func pages(of item: String, in run: String) -> ScrapeProgress? {
    let now = time.uptime
    if let last = known[item], now - last.at < Self.interval { return last.progress }
    guard let read, let work = try? WorkItem(id: item) else { return nil }
    do { known[item] = (try read(run, work), now) } catch {
      // Not asked again: a display must not wait for a store that does not respond.
      self.read = nil
      log("\(error)")
    }
    return known[item]?.progress
  }
}

extension ScrapeProgress {
  /// The progress for a person: `42 of ~118 pages, 9.8/s, ~8 s left`.
  var words: String {
    var words = "\(done) of ~\(known) pages"
    if failed > 0 { words += ", \(failed) failed" }
    if rate > 0 { words += ", \((rate * 10).rounded() / 10)/s" }
    if let secondsLeft { words += ", ~\(elapsed(secondsLeft.rounded(.up))) left" }
    return words
  }
}
