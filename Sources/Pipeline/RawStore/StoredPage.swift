import FoundationEssentials

/// A page of a source as the page store keeps it for all items and runs.
public struct StoredPage: Equatable, Sendable {
  /// The absolute address. Secrets in it are replaced.
  public let url: String
  /// A gzip member with a WARC response record: the page as received.
  public let member: Data
  /// The time at which the source last confirmed that the page is current, to the millisecond.
  public let validated: Date

  public init(url: String, member: Data, validated: Date) {
    self.url = url
    self.member = member
    self.validated = validated
  }
}
