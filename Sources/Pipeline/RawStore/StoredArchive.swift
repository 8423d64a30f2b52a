import FoundationEssentials

/// An archive of a date's pages that lies in the raw store.
public struct StoredArchive: Equatable, Sendable {
  public let key: RawKey
  /// When it was last written, by the store's clock.
  public let written: Date
  /// Whether its run got so far as to write its extract document.
  public let hasDocument: Bool

  public init(key: RawKey, written: Date, hasDocument: Bool) {
    self.key = key
    self.written = written
    self.hasDocument = hasDocument
  }
}
