import Compression
import FoundationEssentials

/// Reads the records of a WARC file, each from its own gzip member. For any input, reading ends with the last record or a
/// `WARCError`.
public struct WARCReader {
  /// A record and the position of its gzip member.
  public struct Member: Sendable {
    public let record: WARCRecord
    /// The indices of the gzip member in the data. These bytes are a verbatim copy of the record.
    public let range: Range<Data.Index>
  }

  private let bytes: Data
  private let maximumRecordBytes: Int
  private let inflater: Inflater
  private var position: Data.Index
  private var failure: WARCError?

  /// - Parameters:
  ///   - bytes: gzip members, each with one record.
  ///   - maximumRecordBytes: the maximum size of an uncompressed record, including its header.
  /// - Throws: `library`.
  public init(_ bytes: Data, maximumRecordBytes: Int = 64 << 20) throws(WARCError) {
    self.bytes = bytes
    self.maximumRecordBytes = maximumRecordBytes
    do { inflater = try Inflater(.gzip) } catch { throw WARCError(error) }
    position = bytes.startIndex
  }

  /// Returns the next record; nil after the last one. After an error, every further call throws the same error.
  public mutating func next() throws(WARCError) -> Member? {
    if let failure { throw failure }
    guard position < bytes.endIndex else { return nil }
    do {
      let (content, end) = try member()
      let member = Member(record: try WARCRecord(serialized: content), range: position..<end)
      position = end
      return member
    } catch {
      var located = error
      located.offset = position - bytes.startIndex
      failure = located
      throw located
    }
  }

  /// Decompresses the member that begins here.
  /// - Returns: its content, and the index after it.
  private func member() throws(WARCError) -> (content: Data, end: Data.Index) {
    let signature: [UInt8] = [0x1F, 0x8B]
    guard bytes[position...].prefix(2).elementsEqual(signature.prefix(bytes.endIndex - position)) else {
      throw WARCError(.notGzip, "no gzip member begins here")
    }
    var content = Data()
    do {
      let end = try inflater.append(streamOf: bytes, from: position, to: &content, maximumBytes: maximumRecordBytes)
      return (content, end)
    } catch {
      throw WARCError(error)
    }
  }

  /// Reads all records of a file.
  public static func members(of bytes: Data, maximumRecordBytes: Int = 64 << 20) throws(WARCError) -> [Member] {
    var reader = try WARCReader(bytes, maximumRecordBytes: maximumRecordBytes)
    var members: [Member] = []
    while let member = try reader.next() { members.append(member) }
    return members
  }
}
