/// An OLE2 file ([MS-CFB]): streams in sectors, which tables chain together.
struct CompoundFile {
  private let bytes: [UInt8]
  private let sectorSize: Int
  /// The number of sectors that the file has room for; the last one may be cut off.
  private let sectorCount: Int
  private let miniSectorSize: Int
  /// Shorter streams are in small sectors, within one stream.
  private let miniLimit: Int
  /// For each sector the next one of its chain.
  private let chains: [UInt32]
  private let miniChains: [UInt32]
  private let miniStream: [UInt8]
  private let entries: [CompoundEntry]

  private static let noSector: UInt32 = 0xFFFF_FFFF
  private static let endOfChain: UInt32 = 0xFFFF_FFFE
  private static let headerEntries = 109

  static func isOne(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
  }

  init(_ bytes: [UInt8]) throws(SpreadsheetError) {
    guard bytes.count >= 512, let shift = bytes.u16(at: 30), let miniShift = bytes.u16(at: 32),
      (7...16).contains(shift), (1..<shift).contains(miniShift), let directory = bytes.u32(at: 48),
      let miniLimit = bytes.u32(at: 56), let miniTable = bytes.u32(at: 60)
    else { throw .damaged("the header of its OLE2 file is cut off or impossible") }
    self.bytes = bytes
    self.miniLimit = miniLimit
    sectorSize = 1 << shift
    miniSectorSize = 1 << miniShift
    // The header takes the place of a sector, or of the first 512 bytes of one.
    sectorCount = max(0, (bytes.count - 1) >> shift)
    let table = Self.tableSectors(in: bytes, sectorSize: sectorSize, count: sectorCount)
    chains = Self.numbers(in: bytes, sectors: table, sectorSize: sectorSize, atMost: sectorCount)
    let file = Sectors(bytes: bytes, first: sectorSize, size: sectorSize, count: sectorCount, chains: chains)
    entries = CompoundEntry.list(in: try file.whole(from: UInt32(directory), of: "directory"))
    if let root = entries.first, root.size > 0, miniTable < Int(Self.endOfChain) {
      let mini = try file.whole(from: UInt32(miniTable), of: "table of small sectors")
      miniChains = stride(from: 0, to: mini.count - 3, by: 4).map { UInt32(mini.u32(at: $0) ?? 0) }
      miniStream = try file.whole(from: root.start, of: "stream of small sectors")
    } else {
      (miniChains, miniStream) = ([], [])
    }
  }

  func hasEntry(_ name: String) -> Bool { CompoundEntry.child(name, of: entries) != nil }

  /// Returns the content of a stream beside the root; nil if there is none of the name.
  func stream(named name: String) throws(SpreadsheetError) -> [UInt8]? {
    guard let entry = CompoundEntry.child(name, of: entries), entry.isStream else { return nil }
    let isMini = entry.size < miniLimit
    let sectors =
      isMini
      ? Sectors(
        bytes: miniStream, first: 0, size: miniSectorSize, count: miniStream.count / miniSectorSize + 1,
        chains: miniChains)
      : Sectors(bytes: bytes, first: sectorSize, size: sectorSize, count: sectorCount, chains: chains)
    return try sectors.content(from: entry.start, size: entry.size, of: "stream '\(name)'")
  }

  /// Returns the sectors that the table of chains is in: 109 are in the header, others in a chain of sectors.
  private static func tableSectors(in bytes: [UInt8], sectorSize: Int, count: Int) -> [UInt32] {
    var sectors = (0..<headerEntries).compactMap { bytes.u32(at: 76 + 4 * $0) }.map { UInt32($0) }
    var next = UInt32(bytes.u32(at: 68) ?? 0)
    let perSector = sectorSize / 4
    // More than what describes all sectors is of no use, and could be without end.
    while next < count, sectors.count * perSector < count + headerEntries * perSector {
      let start = (Int(next) + 1) * sectorSize
      sectors += (0..<perSector - 1).compactMap { bytes.u32(at: start + 4 * $0) }.map { UInt32($0) }
      next = UInt32(bytes.u32(at: start + sectorSize - 4) ?? Int(endOfChain))
    }
    return sectors.filter { $0 < count }
  }

  private static func numbers(in bytes: [UInt8], sectors: [UInt32], sectorSize: Int, atMost count: Int) -> [UInt32] {
    var numbers: [UInt32] = []
    for sector in sectors where numbers.count < count {
      let start = (Int(sector) + 1) * sectorSize
      numbers += (0..<sectorSize / 4).map { UInt32(bytes.u32(at: start + 4 * $0) ?? Int(noSector)) }
    }
    return numbers
  }
}

/// The sectors of a file, or of the stream that has the small ones.
private struct Sectors {
  let bytes: [UInt8]
  /// The place at which sector 0 begins.
  let first: Int
  let size: Int
  let count: Int
  let chains: [UInt32]

  /// Returns a chain to its end.
  func whole(from sector: UInt32, of part: String) throws(SpreadsheetError) -> [UInt8] {
    try content(from: sector, size: nil, of: part)
  }

  /// - Parameter size: nil for a chain that ends by itself.
  func content(from start: UInt32, size length: Int?, of part: String) throws(SpreadsheetError) -> [UInt8] {
    guard length ?? 0 <= bytes.count else { throw .damaged("its \(part) is longer than the file") }
    var content: [UInt8] = []
    content.reserveCapacity(length ?? 0)
    var sector = start
    var isVisited = [Bool](repeating: false, count: count)
    while length.map({ content.count < $0 }) ?? true, sector < count {
      guard !isVisited[Int(sector)] else { throw .damaged("the sectors of its \(part) form a circle") }
      isVisited[Int(sector)] = true
      let place = first + Int(sector) * size
      guard place < bytes.count else { break }
      let wanted = length.map { min(size, $0 - content.count) } ?? size
      content += bytes[place..<min(place + wanted, bytes.count)]
      sector = chains.indices.contains(Int(sector)) ? chains[Int(sector)] : UInt32.max
    }
    if let length, content.count < length { throw .damaged("its \(part) is cut off") }
    return content
  }
}
