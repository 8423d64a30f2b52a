import Compression
import FoundationEssentials
import WARC

/// Gives archive records their identities, and compresses them.
package final class RecordWriter {
  private var random: any RandomNumberGenerator
  private var compressor: GzipCompressor?

  package init(_ random: any RandomNumberGenerator) { self.random = random }

  func newID() -> String { WARCRecord.newID(using: &random) }

  /// Returns a record as a gzip member.
  /// - Parameter isCompressed: true if the record's content is compressed already. It is stored as it is then, since
  ///   compressing it again costs a third of a scrape's time and saves nothing.
  func member(of record: WARCRecord, isCompressed: Bool = false) throws(WARCError) -> Data {
    if compressor == nil {
      do { compressor = try GzipCompressor() } catch { throw WARCError(error) }
    }
    guard let compressor else { return try record.compressed() }
    return try record.compressed(by: compressor, effort: isCompressed ? .none : .standard)
  }
}
