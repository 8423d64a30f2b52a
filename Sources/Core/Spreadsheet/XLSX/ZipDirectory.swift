/// The place of a ZIP archive's directory, from the record at the end of the file.
struct ZipDirectory {
  /// The number of entries.
  let count: Int
  let start: Int
  let end: Int
  /// The bytes before the archive, which no place in it counts.
  let offset: Int

  private static let recordSize = 22
  private static let maximumComment = 0xFFFF

  init(_ bytes: [UInt8]) throws(SpreadsheetError) {
    let first = max(0, bytes.count - Self.recordSize - Self.maximumComment)
    var record = bytes.count - Self.recordSize
    // The last one that has room for its comment.
    while record >= first, !Self.isRecord(at: record, in: bytes) { record -= 1 }
    guard record >= first, let disk = bytes.u16(at: record + 4), let count = bytes.u16(at: record + 10),
      let size = bytes.u32(at: record + 12), let place = bytes.u32(at: record + 16)
    else { throw .damaged("its ZIP archive has no directory, so that it is probably cut off") }
    guard disk == 0 || disk == 0xFFFF else { throw .unsupported("a part of a ZIP archive of several files") }
    var fields = (count: count, size: size, place: place, end: record)
    if count == 0xFFFF || size == 0xFFFF_FFFF || place == 0xFFFF_FFFF {
      fields = try Self.wide(before: record, in: bytes) ?? fields
    }
    start = fields.end - fields.size
    offset = start - fields.place
    end = fields.end
    self.count = fields.count
    guard start >= 0, offset >= 0 else { throw .damaged("the directory of its ZIP archive is cut off") }
  }

  private static func isRecord(at place: Int, in bytes: [UInt8]) -> Bool {
    guard bytes.has("PK\u{5}\u{6}", at: place), let comment = bytes.u16(at: place + 20) else { return false }
    // Other programs accept bytes behind the archive.
    return comment <= bytes.count - place - recordSize
  }

  /// Returns the fields of the record for large archives (ZIP64); nil if there is none.
  private static func wide(
    before record: Int, in bytes: [UInt8]
  ) throws(SpreadsheetError) -> (count: Int, size: Int, place: Int, end: Int)? {
    guard bytes.has("PK\u{6}\u{7}", at: record - 20) else { return nil }
    // As a rule it is before its locator, whatever bytes are before the archive.
    let place = record - 20 - 56
    guard bytes.has("PK\u{6}\u{6}", at: place), let count = bytes.u64(at: place + 32),
      let size = bytes.u64(at: place + 40), let start = bytes.u64(at: place + 48), count <= UInt32.max,
      size <= bytes.count, start <= bytes.count
    else { throw .damaged("the directory of its ZIP archive is cut off") }
    return (Int(count), Int(size), Int(start), place)
  }

  /// The numbers of an entry that do not fit into 32 bits, in its extra field.
  struct WideFields {
    private let bytes: [UInt8]
    private var place = 0
    private var end = 0

    init(in bytes: [UInt8], at range: Range<Int>) {
      self.bytes = bytes
      var field = range.lowerBound
      while field + 4 <= range.upperBound, let kind = bytes.u16(at: field), let size = bytes.u16(at: field + 2) {
        if kind == 1, field + 4 + size <= range.upperBound { (place, end) = (field + 4, field + 4 + size) }
        field += 4 + size
      }
    }

    /// Returns the number, or the next wide one if it stands for that; nil if there is none, or it is beyond any file.
    mutating func next(_ number: Int) -> Int? {
      guard number == 0xFFFF_FFFF else { return number }
      guard place + 8 <= end, let wide = bytes.u64(at: place), wide < 1 << 48 else { return nil }
      place += 8
      return Int(wide)
    }
  }
}
