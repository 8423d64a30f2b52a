import FoundationEssentials
import Time

/// A record that is set aside.
public struct QuarantinedRecord: Equatable, Sendable {
  public struct Resolution: Equatable, Sendable {
    /// `loaded`, `rejected again`, `not listed` or `replaced`.
    public var kind: String
    public var at: Date
    /// The document that made an end of it, and its run.
    public var rawKey: String?
    public var run: String?
  }

  public var date: CalendarDate
  public var rawKey: String
  /// Nil for a document that was loaded by hand.
  public var run: String?
  /// Its index in the document, from 0; rows that the scraper rejected come after the records.
  public var position: Int
  public var reason: String
  /// The event's address.
  public var href: String?
  /// JSON.
  public var record: String?
  public var rejectedAt: Date
  /// Nil while it is open.
  public var resolution: Resolution?
}
