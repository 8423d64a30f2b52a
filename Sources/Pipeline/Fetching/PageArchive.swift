import FoundationEssentials
import RawStore
import Time
import WARC

/// The pages that a date's documents were made of, as one WARC file: a `warcinfo` record, and the pages' records in the
/// order in which they were used, byte for byte as the page store has them. Where the site has said later that a page has
/// not changed, a `revisit` record follows, whose date is that of the last time.
struct PageArchive {
  /// Of the standard: what was asked for has not changed since the record that is referred to.
  static let notModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

  private(set) var bytes: Data
  private(set) var pageCount = 0
  private var index = ArchiveIndex()
  private let ids: RecordIDs
  private let maximumBytes: Int
  /// Who writes it. Not USER_AGENT, which may come out of a secret.
  private static let software = "festvibes-etl/1.0"
  /// More than a revisit record takes.
  private static let spare = 16 << 10

  /// - Parameter name: what the file will be called.
  /// - Parameter maximumBytes: no more than can be read again.
  init(
    of job: ScrapeJob, name: String, at date: Date, ids: RecordIDs,
    maximumBytes: Int = RawStore.maximumArchiveBytes
  ) throws(WARCError) {
    self.ids = ids
    self.maximumBytes = maximumBytes
    let info = [
      WARCField("software", Self.software), WARCField("format", "WARC File Format 1.1"),
      WARCField("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
      WARCField("isPartOf", "run \(job.run), \(job.date)"), WARCField("robots", "obey"),
    ]
    bytes = try WARCRecord(info: info, filename: name, at: date, id: ids.next()).compressed()
  }

  func hasRoom(for page: CapturedPage) -> Bool { bytes.count + page.member.count + Self.spare <= maximumBytes }

  /// A page that it holds already; nil when it does not.
  func page(_ url: String) throws(WARCError) -> CapturedPage? { try index.page(url, in: bytes) }

  /// - Parameter page: one that it does not hold yet: no two records of a file have the same identity.
  mutating func append(_ page: CapturedPage) throws(WARCError) {
    var member = page.member
    let fetched = RFC3339.utc(roundingToMilliseconds: page.exchange.fetchedAt)
    if RFC3339.utc(roundingToMilliseconds: page.validated) != fetched {
      member += try WARCRecord(
        .revisit, id: ids.next(), date: page.validated, targetURI: page.exchange.url,
        fields: [
          WARCField("WARC-Profile", Self.notModified), WARCField("WARC-Refers-To", "<\(page.recordID)>"),
          WARCField("WARC-Refers-To-Target-URI", page.exchange.url), WARCField("WARC-Refers-To-Date", fetched),
        ], block: Data()
      ).compressed()
    }
    index.add(page.exchange.url, at: bytes.endIndex..<bytes.endIndex + page.member.count, validated: page.validated)
    bytes += member
    pageCount += 1
  }
}

extension WARCRecord.Kind {
  /// A page that was found to be what another record holds.
  static let revisit = WARCRecord.Kind(rawValue: "revisit")
}
