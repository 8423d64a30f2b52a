import Contracts
import RawStore

/// Stored pages that are older than the run, which the source may confirm. What they take in memory is limited, whatever
/// the pages are: beyond the first limit they are kept compressed, beyond the second they are requested without condition.
struct KnownPages {
  private struct Entry {
    let stored: StoredPage
    let recordID: String
    /// The headers of the conditional request.
    let validators: [String: String]
    /// Nil if it is decoded when it is needed.
    let decoded: CapturedPage?
  }

  private static let maximumDecodedBytes = 1 << 20
  private static let maximumBytes = 3 << 20

  private var entries: [String: Entry] = [:]
  private var bytes = 0
  private(set) var decodedBytes = 0
  private let maximumBodyBytes: Int

  /// - Parameter maximumBodyBytes: the policy's limit.
  init(maximumBodyBytes: Int) { self.maximumBodyBytes = maximumBodyBytes }

  /// Adds a page, or replaces an earlier version of it.
  mutating func add(_ page: CapturedPage) {
    if let old = entries.removeValue(forKey: page.response.url) {
      bytes -= old.stored.member.count
      decodedBytes -= old.decoded?.response.body.count ?? 0
    }
    let validators = page.response.revalidationRequest(page.response.url).headers
    guard !validators.isEmpty, bytes + page.member.count <= Self.maximumBytes else { return }
    bytes += page.member.count
    let isKept = decodedBytes + page.response.body.count <= Self.maximumDecodedBytes
    if isKept { decodedBytes += page.response.body.count }
    entries[page.response.url] = Entry(
      stored: page.stored, recordID: page.recordID, validators: validators, decoded: isKept ? page : nil)
  }

  /// Returns the request for a page, conditional if the page is known.
  /// - Parameter url: the address to request, secrets included.
  func request(_ address: String, at url: String) -> FetchRequest {
    FetchRequest(url, headers: entries[address]?.validators ?? [:])
  }

  /// Returns the page; nil if it is not known.
  func page(_ address: String) -> CapturedPage? {
    guard let entry = entries[address] else { return nil }
    // It could be decoded before.
    return entry.decoded ?? (try? CapturedPage(entry.stored, maximumBodyBytes: maximumBodyBytes))
  }

  /// True if a page is the one that is stored.
  func holds(_ page: CapturedPage, at address: String) -> Bool { entries[address]?.recordID == page.recordID }
}
