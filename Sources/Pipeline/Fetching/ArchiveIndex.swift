import FoundationEssentials
import WARC

/// Where in a WARC file which page is.
struct ArchiveIndex {
  private struct Entry {
    /// Of the record's member.
    let range: Range<Data.Index>
    var validated: Date
  }

  /// By address.
  private var entries: [String: Entry] = [:]
  /// In the order of the file.
  private(set) var urls: [String] = []

  mutating func add(_ url: String, at range: Range<Data.Index>, validated: Date) {
    if entries[url] == nil { urls.append(url) }
    entries[url] = Entry(range: range, validated: validated)
  }

  /// The site has said later that the page has not changed.
  mutating func validate(_ url: String, at date: Date) { entries[url]?.validated = date }

  /// The page of an address; nil when the file has none.
  /// - Throws: `WARCError` when its record is no HTTP answer.
  func page(_ url: String, in archive: Data) throws(WARCError) -> CapturedPage? {
    guard let entry = entries[url] else { return nil }
    let member = Data(archive[entry.range])
    guard let record = try WARCReader.members(of: member).first?.record else { return nil }
    return try CapturedPage(record, member: member, validated: entry.validated)
  }
}
