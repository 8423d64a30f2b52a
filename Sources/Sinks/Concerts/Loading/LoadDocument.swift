import Contracts
import EventRecords
import FoundationEssentials
import Time

/// The records of one date, from an extract document.
package struct LoadDocument {
  package enum Entry: Sendable {
    case record(EventRecord)
    /// An element that is not a record: the reason, and its event's address if it could be found.
    case unreadable(reason: String, href: String?)
    /// A row that the scraper rejected: the reason, and its event's address if it has one.
    case rejectedRow(reason: String, href: String?)
  }

  package var target: LoadTarget
  /// The local day of the events.
  package var date: CalendarDate
  /// The source's name. Together with its address it identifies an event or a venue.
  package var source: String
  /// The time at which the listing was read. A document that is older than a loaded one of its date changes nothing; a
  /// document without a time is older than any with one.
  package var listedAt: Date?
  /// The records and then the rejected rows, each in the order of the document.
  package var entries: [Entry]
  /// True if the document has every event of the listing, so that an event that it lacks is cancelled.
  package var isWholeListing: Bool
  /// False if no text of the document can contain a NUL character.
  package var mayHaveNUL: Bool
  /// Returns the JSON of the entries at the given positions, in a form that jsonb can hold. Called for rejected entries
  /// only.
  package var rawRecords: (_ positions: [Int]) -> [Int: String]

  init(
    _ target: LoadTarget, date: CalendarDate, source: String? = nil, listedAt: Date? = nil, entries: [Entry],
    isWholeListing: Bool = true, mayHaveNUL: Bool = true,
    rawRecords: @escaping (_ positions: [Int]) -> [Int: String] = { _ in [:] }
  ) {
    self.target = target
    self.date = date
    self.source = source ?? target.dataset.source
    self.listedAt = listedAt
    self.entries = entries
    self.isWholeListing = isWholeListing
    self.mayHaveNUL = mayHaveNUL
    self.rawRecords = rawRecords
  }
}
