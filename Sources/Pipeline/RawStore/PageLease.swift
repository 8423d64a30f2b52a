import FoundationEssentials
import Time

/// Says that somebody is about to ask the source for a page, so that nobody else of the run need do so. It holds for a
/// while only: whoever made it may have been killed.
struct PageLease: Equatable {
  /// Whose it is; with no space in it.
  let holder: String
  /// Past that it counts for nothing.
  let until: Date

  init(holder: String, until: Date) {
    self.holder = holder
    self.until = until
  }

  /// `2024-05-31 2024-05-31T08:00:45.000Z`. Nil for anything else.
  init?(_ text: Data) {
    let words = String(decoding: text, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 2, let until = RFC3339.parse(String(words[1]))?.date else { return nil }
    self.init(holder: String(words[0]), until: until)
  }

  var text: Data { Data("\(holder) \(RFC3339.utc(roundingToMilliseconds: until))".utf8) }
}
