import Contracts
import Time

/// Counts the pages of a scrape, and reports the counts now and then. A scrape is more important than its report: after one
/// that fails or takes long there is no other.
package final class PageProgress {
  /// The interval between two reports.
  static let interval = Duration.seconds(2)
  /// The duration of a report from which on it would slow the scrape.
  static let patience = Duration.milliseconds(500)

  private let time: any TimeSource
  private var report: ((ScrapeProgress) throws -> Void)?
  private var (known, done, failed) = (0, 0, 0)
  private var began: Duration?
  private var reported: Duration?

  /// - Parameter report: writes the counts; called on the scraper's thread.
  package init(time: any TimeSource, report: @escaping (ScrapeProgress) throws -> Void) {
    self.time = time
    self.report = report
  }

  func found(_ pages: Int) {
    known += pages
    began = began ?? time.uptime
  }

  func finished(_ pages: Int = 1, failed: Int = 0) {
    done += pages
    self.failed += failed
    let now = time.uptime
    guard let report, now - (reported ?? began ?? now) >= Self.interval else { return }
    reported = now
    let seconds = (now - (began ?? now)).inSeconds
    let progress = ScrapeProgress(
      known: known, done: done, failed: self.failed, rate: seconds > 0 ? Double(done) / seconds : 0,
      at: RFC3339.utc(time.now))
    do { try report(progress) } catch {
      self.report = nil
      return
    }
    if time.uptime - now > Self.patience { self.report = nil }
  }
}
