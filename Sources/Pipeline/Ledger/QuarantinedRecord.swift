import Contracts
import FoundationEssentials

/// A rejected record in quarantine.
public struct QuarantinedRecord: Equatable, Sendable {
  /// The end of a record's quarantine.
  public struct Resolution: Equatable, Sendable {
    /// `loaded`, `rejected again`, `not listed` or `replaced`.
    public var kind: String
    public var at: Date
    /// The key of the document that resolved it, and the document's run.
    public var rawKey: String?
    public var run: String?
  }

  public var item: WorkItem
  /// The key of the extract document in S3.
  public var rawKey: String
  /// Nil for a document that was loaded by hand.
  public var run: String?
  /// The record's index in the document, from 0. Rows that the scraper rejected follow the records.
  public var position: Int
  public var reason: String
  /// The record's key at the source.
  public var href: String?
  /// JSON.
  public var record: String?
  public var rejectedAt: Date
  /// Nil while the record is in quarantine.
  public var resolution: Resolution?
}
