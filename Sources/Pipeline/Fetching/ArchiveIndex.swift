import FoundationEssentials
import WARC

/// The positions of pages in a WARC file.
struct ArchiveIndex {
  private struct Entry {
    /// The range of the record's gzip member.
    let range: Range<Data.Index>
    var validated: Date
  }

  /// An address, and the fingerprint that distinguishes requests to the same address.
  private struct Key: Hashable {
    let url: String
    let fingerprint: String?
  }

  private var entries: [Key: Entry] = [:]
  /// Every address once, in the order of the file.
  private(set) var urls: [String] = []

  mutating func add(_ url: String, fingerprint: String? = nil, at range: Range<Data.Index>, validated: Date) {
    let key = Key(url: url, fingerprint: fingerprint)
    if entries[key] == nil { urls.append(url) }
    entries[key] = Entry(range: range, validated: validated)
  }

  /// Notes that the source confirmed a page later.
  mutating func validate(_ url: String, at date: Date) {
    entries[Key(url: url, fingerprint: nil)]?.validated = date
  }

  /// Returns the response to a request; nil if the file has none.
  /// - Throws: `WARCError` if its record does not hold an HTTP response.
  func page(_ url: String, fingerprint: String? = nil, in archive: Data) throws(WARCError) -> CapturedPage? {
    guard let entry = entries[Key(url: url, fingerprint: fingerprint)] else { return nil }
    let member = Data(archive[entry.range])
    guard let record = try WARCReader.members(of: member).first?.record else { return nil }
    return try CapturedPage(record, member: member, validated: entry.validated)
  }
}
