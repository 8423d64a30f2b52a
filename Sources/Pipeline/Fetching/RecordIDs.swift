import WARC

/// Generates identities for archive records.
package final class RecordIDs {
  private var random: any RandomNumberGenerator

  package init(_ random: any RandomNumberGenerator) { self.random = random }

  func next() -> String { WARCRecord.newID(using: &random) }
}
