import Compression

/// A ZIP archive in memory: its directory, and the content of its files.
struct ZipArchive: Sendable {
  private struct Entry: Sendable {
    let name: String
    let flags: Int
    let method: Int
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    /// The place at which the file's own header begins.
    let header: Int
  }

  private let bytes: [UInt8]
  /// By the name in lower case: names of parts have no case.
  private let entries: [String: Entry]
  private let limits: SpreadsheetLimits

  init(_ bytes: [UInt8], limits: SpreadsheetLimits) throws(SpreadsheetError) {
    self.bytes = bytes
    self.limits = limits
    let directory = try ZipDirectory(bytes)
    guard directory.count <= limits.entries else {
      throw .tooLarge("\(directory.count) files in its ZIP archive, and at most \(limits.entries) are read")
    }
    var entries: [String: Entry] = [:]
    var place = directory.start
    for _ in 0..<directory.count {
      let (entry, end) = try Self.entry(at: place, in: bytes, directory)
      guard entries.updateValue(entry, forKey: entry.name.lowercased()) == nil else {
        throw .damaged("its ZIP archive has two files of one name")
      }
      place = end
    }
    self.entries = entries
  }

  func has(_ name: String) -> Bool { entries[name.lowercased()] != nil }

  /// The size of a file's content, as the directory says; 0 if there is no such file.
  func size(of name: String) -> Int { entries[name.lowercased()]?.size ?? 0 }

  /// Returns the content of a file, compared with its checksum; nil if there is no such file.
  func content(of name: String) throws(SpreadsheetError) -> [UInt8]? {
    guard let entry = entries[name.lowercased()] else { return nil }
    guard entry.flags & 1 == 0 else {
      throw .unsupported("a ZIP archive with encrypted files", "save the workbook without a password")
    }
    guard entry.size <= limits.inflatedBytes else {
      throw .tooLarge(
        "a part '\(entry.name)' of \(entry.size) bytes after decompression, more than \(limits.inflatedBytes)"
      )
    }
    let start = try contentStart(of: entry)
    guard start <= bytes.count, entry.compressedSize <= bytes.count - start else {
      throw .damaged("its part '\(entry.name)' goes beyond the end of the file")
    }
    let range = start..<start + entry.compressedSize
    let content: [UInt8]
    switch entry.method {
    case 0:
      guard entry.size == range.count else { throw .damaged("its part '\(entry.name)' has two sizes") }
      content = Array(bytes[range])
    case 8:
      // Deflate makes at most 1032 bytes of one: a greater size is wrong, and is not allocated.
      guard entry.size / 1032 <= range.count else { throw .damaged("its part '\(entry.name)' has an impossible size") }
      do { content = try Inflater(.raw).content(ofStreamAt: range, in: bytes, count: entry.size) } catch {
        throw .damaged("its part '\(entry.name)' cannot be decompressed (\(error.detail))")
      }
    default:
      throw .unsupported("a ZIP archive of compression method \(entry.method)")
    }
    guard CRC32.checksum(of: content) == entry.checksum else {
      throw .damaged("the checksum of its part '\(entry.name)' is wrong")
    }
    return content
  }

  /// Reads the file's own header: its name and extra field may have other lengths than in the directory.
  private func contentStart(of entry: Entry) throws(SpreadsheetError) -> Int {
    guard bytes.has("PK\u{3}\u{4}", at: entry.header), let name = bytes.u16(at: entry.header + 26),
      let extra = bytes.u16(at: entry.header + 28)
    else { throw .damaged("the ZIP archive's directory and its part '\(entry.name)' do not agree") }
    return entry.header + 30 + name + extra
  }

  private static func entry(
    at place: Int, in bytes: [UInt8], _ directory: ZipDirectory
  ) throws(SpreadsheetError) -> (Entry, end: Int) {
    guard bytes.has("PK\u{1}\u{2}", at: place), let flags = bytes.u16(at: place + 8),
      let method = bytes.u16(at: place + 10), let checksum = bytes.u32(at: place + 16),
      let compressed = bytes.u32(at: place + 20), let size = bytes.u32(at: place + 24),
      let nameLength = bytes.u16(at: place + 28), let extraLength = bytes.u16(at: place + 30),
      let commentLength = bytes.u16(at: place + 32), let header = bytes.u32(at: place + 42),
      place + 46 + nameLength + extraLength + commentLength <= directory.end
    else { throw .damaged("the directory of its ZIP archive is cut off") }
    // Some programs of Windows write its separator.
    let name = String(decoding: bytes[place + 46..<place + 46 + nameLength], as: UTF8.self).replacing("\\", with: "/")
    let extra = place + 46 + nameLength
    var wide = ZipDirectory.WideFields(in: bytes, at: extra..<extra + extraLength)
    // In this order, and only those that do not fit into 32 bits.
    let sizes = (size: wide.next(size), compressed: wide.next(compressed))
    guard let size = sizes.size, let compressed = sizes.compressed, let header = wide.next(header),
      header <= bytes.count - directory.offset
    else { throw .damaged("the directory of its ZIP archive has a place beyond the end of the file") }
    let entry = Entry(
      name: name, flags: flags, method: method, checksum: UInt32(truncatingIfNeeded: checksum),
      compressedSize: compressed, size: size, header: header + directory.offset)
    return (entry, extra + extraLength + commentLength)
  }
}
