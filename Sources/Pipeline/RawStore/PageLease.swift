import FoundationEssentials
import Time

/// A lease on one page: while it is valid, only its holder requests the page in this run. It expires in case the holder
/// was killed.
public struct PageLease: Equatable, Sendable {
  /// A name without spaces.
  let holder: String
  /// The expiry.
  let until: Date

  init(holder: String, until: Date) {
    self.holder = holder
    self.until = until
  }

  /// Reads `2024-05-31 2024-05-31T08:00:45.000Z`. Returns nil for anything else.
  init?(_ text: Data) {
    let words = String(decoding: text, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, let until = RFC3339.parse(String(words[1]))?.date else { return nil }
    self.init(holder: String(words[0]), until: until)
  }

  /// True for a lease of the same run. One of another run does not count: its page may be older than this run.
  public func isOfRun(of holder: PageStore.LeaseHolder) -> Bool { self.holder.hasPrefix(holder.prefix) }

  var text: Data { Data("\(holder) \(RFC3339.utc(roundingToMilliseconds: until))".utf8) }
}
