import WARC

/// Identities for archive records.
final class RecordIDs {
  private var random: any RandomNumberGenerator

  init(_ random: any RandomNumberGenerator) { self.random = random }

  func next() -> String { WARCRecord.newID(using: &random) }
}
