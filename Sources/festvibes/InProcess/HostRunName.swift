import Foundation
import Time

/// The names of the runs that a process does itself. By them the ledger tells what has run.
enum HostRunName {
  /// The prefixes of all such names. Step Functions does not know these runs.
  static let prefixes = ["host-", "every-"]

  static func isOfHost(_ run: String) -> Bool { prefixes.contains { run.hasPrefix($0) } }

  /// A person's run: `host-20260510T080000Z-4f2a`.
  static func manual(at now: Date) -> String { "host-" + RunSession.name(at: now).dropFirst("cli-".count) }

  /// The beginning of the names of a dataset's runs of intervals: `every-news-`.
  static func prefix(of dataset: String, job: String?) -> String {
    "every-\(dataset)-" + (job.map { "\($0)-" } ?? "")
  }

  /// The run of an interval, by the time at which it begins: `every-news-20260510T080000Z`. The names sort by time.
  static func interval(_ begin: Date, prefix: String) -> String {
    prefix + begin.ISO8601Format().filter { $0 != "-" && $0 != ":" }
  }

  /// The length of the time in a name.
  static let timeLength = "20260510T080000Z".count

  /// Returns the time at which a run's interval begins; nil for another name.
  static func begin(of run: String, prefix: String) -> Date? {
    guard run.hasPrefix(prefix), run.utf8.count == prefix.utf8.count + timeLength else { return nil }
    let digits = Array(run.dropFirst(prefix.count))
    func part(_ range: Range<Int>) -> String { String(digits[range]) }
    return RFC3339.parse(
      "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<16))")?.date
  }
}
