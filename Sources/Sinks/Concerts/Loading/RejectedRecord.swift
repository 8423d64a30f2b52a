/// A record that was not loaded, and why. It is kept in `rejected_records`.
public struct Rejection: Equatable, Sendable {
  /// The record's index in the document, from 0. Rows that the scraper rejected are counted on behind the records.
  public var position: Int
  public var reason: Reason
  /// The event's address; nil when the record has none.
  public var href: String?

  public init(position: Int, reason: Reason, href: String? = nil) {
    self.position = position
    self.reason = reason
    self.href = href
  }

  /// Why a record cannot be loaded. It is written as its description.
  public enum Reason: Equatable, Sendable, CustomStringConvertible {
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
    case tooLong
    case conflictingDuplicate

    public var description: String {
      switch self {
      case .unreadable(let detail): "cannot be read: \(detail)"
      case .rejectedRow(let detail): "its row is no show: \(detail)"
      case .hasNUL: "a text has a NUL character"
      case .noEventAddress: "no event address"
      case .noArtistName: "no artist name"
      case .noVenueName: "no venue name"
      case .badDate: "the event date is no date"
      case .otherDate: "the event date is not the document's date"
      case .badTime: "the performance time is no RFC 3339 timestamp"
      case .timeOnOtherDay: "the performance time is not on the event date"
      case .tooLong: "a name or an address is longer than \(ValidRecord.longestKey) bytes"
      case .conflictingDuplicate: "an earlier record has the same event address and other content"
      }
    }
  }
}
