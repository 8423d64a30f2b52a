import FoundationEssentials

/// Reads the records of a WARC file one after the other, each from its own gzip member. Whatever the bytes are, it ends
/// with the last record or a `WARCError`.
public struct WARCReader {
  /// A record, and where it lies.
  public struct Member: Sendable {
    public let record: WARCRecord
    /// The indices of its gzip member in the data: what to copy to keep it verbatim.
    public let range: Range<Data.Index>
  }

  private let bytes: Data
  private let maximumRecordBytes: Int
  private let inflater: Inflater
  private var position: Data.Index
  private var failure: WARCError?

  /// - Parameters:
  ///   - bytes: gzip members, each of which holds one record.
  ///   - maximumRecordBytes: what a record may measure without compression, its header included.
  /// - Throws: `library`.
  public init(_ bytes: Data, maximumRecordBytes: Int = 64 << 20) throws(WARCError) {
    self.bytes = bytes
    self.maximumRecordBytes = maximumRecordBytes
    inflater = try Inflater()
    position = bytes.startIndex
  }

  /// The next record; nil after the last one. After an error there is no next one: every further call throws it again.
  public mutating func next() throws(WARCError) -> Member? {
    if let failure { throw failure }
    guard position < bytes.endIndex else { return nil }
    do {
      let (content, end) = try inflater.member(of: bytes, from: position, maximumBytes: maximumRecordBytes)
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

  /// All records of a file.
  public static func members(of bytes: Data, maximumRecordBytes: Int = 64 << 20) throws(WARCError) -> [Member] {
    var reader = try WARCReader(bytes, maximumRecordBytes: maximumRecordBytes)
    var members: [Member] = []
    while let member = try reader.next() { members.append(member) }
    return members
  }
}
