/// A record that was not loaded. It is stored in `rejected_records`.
package struct RejectedRecord: Equatable, Sendable {
  /// The record's index in the document, from 0. Rows that the scraper rejected follow the records.
  package var position: Int
  package var reason: Reason
  /// The event's address; nil if the record has none.
  package var href: String?

  /// The reason for which a record cannot be loaded. Its description is stored.
  package enum Reason: Equatable, Sendable, CustomStringConvertible {
    case unreadable(String)
    case rejectedRow(String)
    case hasNUL
    case noEventAddress
    case noArtistName
    case noVenueName
    case badDate
    case otherDate
    case badTime
    case timeOnOtherDay
    case badStatus
    case tooLong
    case conflictingDuplicate

    package var description: String {
      switch self {
      case .unreadable(let detail): "cannot be read: \(detail)"
      case .rejectedRow(let detail): "its row is not an event: \(detail)"
      case .hasNUL: "a text has a NUL character"
      case .noEventAddress: "no event address"
      case .noArtistName: "no artist name"
      case .noVenueName: "no venue name"
      case .badDate: "the event date is not a date"
      case .otherDate: "the event date is not the document's date"
      case .badTime: "the performance time is not an RFC 3339 timestamp"
      case .timeOnOtherDay: "the performance time is not on the event date"
      case .badStatus: "the event status is neither \"scheduled\" nor \"cancelled\""
      case .tooLong: "a name or an address is longer than \(ValidRecord.maximumKeyBytes) bytes"
      case .conflictingDuplicate: "an earlier record has the same event address and other content"
      }
    }
  }
}
