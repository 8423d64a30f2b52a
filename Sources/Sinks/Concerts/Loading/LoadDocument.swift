import EventRecords
import FoundationEssentials
import Time

/// The records of one date, as they stand in an extract document.
public struct LoadDocument {
  public enum Entry: Sendable {
    case record(EventRecord)
    /// Something that is no record: why, and its event's address if that much could be made out.
    case unreadable(reason: String, href: String?)
    /// A row of the listing that the scraper could not take for a show: why, and its event's address if it has one.
    case rejectedRow(reason: String, href: String?)
  }

  /// The source's name, `wwoz`: with an event's or a venue's address it is that one's key.
  public var dataset: String
  /// The local day that the document is about.
  public var date: CalendarDate
  /// Where the document lies in the raw store. A document is loaded once: again under the same key it changes nothing.
  public var rawKey: String
  public var run: String?
  /// When the listing was read. A document that is older than another that was loaded of its date changes nothing; one
  /// that does not tell is older than any that does.
  public var listedAt: Date?
  /// In the order of the document: its records, then the rows that are none.
  public var entries: [Entry]
  /// Whether the document holds every event of the listing, so that one that is not in it is not on any more.
  public var isWholeListing: Bool
  /// Whether it may cancel any number of the date's shows: else it is refused when that is most of them.
  public var allowsShrinkage: Bool
  /// The JSON of the entries at the given positions, in a form that jsonb can hold. Asked only for what is rejected.
  public var rawRecords: (_ positions: [Int]) -> [Int: String]

  public init(
    dataset: String, date: CalendarDate, rawKey: String, run: String? = nil, listedAt: Date? = nil,
    entries: [Entry], isWholeListing: Bool = true, allowsShrinkage: Bool = false,
    rawRecords: @escaping (_ positions: [Int]) -> [Int: String] = { _ in [:] }
  ) {
    self.dataset = dataset
    self.date = date
    self.rawKey = rawKey
    self.run = run
    self.listedAt = listedAt
    self.entries = entries
    self.isWholeListing = isWholeListing
    self.allowsShrinkage = allowsShrinkage
    self.rawRecords = rawRecords
  }
}
