import Contracts
import FoundationEssentials
import RawStore
import Text
import Time
import WARC

/// The pages that one attempt at an item used, as one WARC file: a `warcinfo` record, and the pages' records in the order
/// of their arrival, byte for byte as the page store has them. Where the source confirmed a page later, a `revisit` record
/// follows with the date of the last confirmation.
package struct PageArchive {
  /// The standard's profile for 'not modified since the record that is referred to'.
  static let notModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"

  package private(set) var bytes: Data
  package private(set) var pageCount = 0
  /// The start of the attempt, as the archive has it.
  package let began: Date
  private var index = ArchiveIndex()
  private let info: [WARCField]
  private let name: String
  private let writer: RecordWriter
  private let maximumBytes: Int
  /// The writing program. Not the User-Agent, which may come from a secret.
  private static let software = "festvibes-etl/1.0"
  /// The field with the position from which the source was read.
  static let checkpoint = "checkpoint"
  /// More bytes than a revisit record takes.
  private static let spare = 16 << 10

  /// - Parameters:
  ///   - name: the file's name.
  ///   - date: the start of the attempt.
  ///   - maximumBytes: the size that a replay can read.
  package init(
    of job: ScrapeJob, policy: FetchPolicy, name: String, at date: Date, writer: RecordWriter,
    maximumBytes: Int = RawStore.maximumArchiveBytes
  ) throws(WARCError) {
    self.writer = writer
    self.maximumBytes = maximumBytes
    self.name = name
    var info = [
      WARCField("software", Self.software), WARCField("format", "WARC File Format 1.1"),
      WARCField("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
      WARCField("isPartOf", "run \(job.run), \(job.item)"),
      WARCField("robots", policy.obeysRobots ? "obey" : "ignore"),
    ]
    if let checkpoint = job.checkpoint { info.append(WARCField(Self.checkpoint, checkpoint.infoText)) }
    self.info = info
    began = RFC3339.parse(RFC3339.utc(roundingToMilliseconds: date))?.date ?? date
    bytes = try writer.member(of: WARCRecord(info: info, filename: name, at: date, id: writer.newID()))
  }

  /// Begins the object that continues the archive: its own `warcinfo` record, with the number in the name.
  mutating func begin(_ number: Int) throws(WARCError) {
    let record = try WARCRecord(
      info: info, filename: RawKey.segment(number, ofArchiveAt: name), at: began, id: writer.newID())
    bytes = try writer.member(of: record)
  }

  /// Appends the record of a part of a page.
  mutating func append(segment member: Data) {
    bytes += member
    pageCount = 1
  }

  /// Forgets the bytes, which were stored.
  mutating func clear() { bytes = Data() }

  func hasRoom(for page: CapturedPage) -> Bool { bytes.count + page.member.count + Self.spare <= maximumBytes }

  /// Returns a shared page that the archive holds already; nil if it does not.
  func page(_ url: String) throws(WARCError) -> CapturedPage? { try index.page(url, in: bytes) }

  /// - Parameter page: a page that the archive does not hold yet: no two records of a file have the same identity.
  mutating func append(_ page: CapturedPage) throws(WARCError) {
    var member = page.member
    let fetched = RFC3339.utc(roundingToMilliseconds: page.response.fetchedAt)
    if RFC3339.utc(roundingToMilliseconds: page.validated) != fetched {
      let revisit = try WARCRecord(
        .revisit, id: writer.newID(), date: page.validated, targetURI: page.response.url,
        fields: [
          WARCField("WARC-Profile", Self.notModified), WARCField("WARC-Refers-To", "<\(page.recordID)>"),
          WARCField("WARC-Refers-To-Target-URI", page.response.url), WARCField("WARC-Refers-To-Date", fetched),
        ], block: Data())
      member += try writer.member(of: revisit)
    }
    index.add(
      page.response.url, fingerprint: page.fingerprint, at: bytes.endIndex..<bytes.endIndex + page.member.count,
      validated: page.validated)
    bytes += member
    pageCount += 1
  }
}

extension Checkpoint {
  /// The type and the value, percent-encoded: a value may have line breaks.
  fileprivate var infoText: String { "\(type.rawValue) \(PercentEncoding.encode(value))" }

  /// Reads `infoText`.
  /// - Returns: nil for a text that is none.
  init?(infoText text: String) {
    let parts = text.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, let type = Kind(rawValue: String(parts[0])),
      let checkpoint = try? Checkpoint(PercentEncoding.decode(parts[1]), type)
    else { return nil }
    self = checkpoint
  }
}

extension WARCRecord.Kind {
  /// A page that has not changed since another record.
  static let revisit = WARCRecord.Kind(rawValue: "revisit")
}
