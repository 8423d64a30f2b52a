import FoundationEssentials

/// A page of a source as the page store keeps it for all dates and runs.
public struct StoredPage: Equatable, Sendable {
  /// Absolute.
  public let url: String
  /// A gzip member with a WARC response record: the page as it came.
  public let member: Data
  /// When the source last said that this is the page; to the millisecond.
  public let validated: Date

  public init(url: String, member: Data, validated: Date) {
    self.url = url
    self.member = member
    self.validated = validated
  }
}
