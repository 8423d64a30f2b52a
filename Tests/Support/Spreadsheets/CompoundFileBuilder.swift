/// Writes OLE2 files with sectors of 512 bytes, and streams right below the root. Streams below 4096 bytes are in small
/// sectors.
public struct CompoundFileBuilder {
  private static let sector = 512
  private static let small = 64
  private static let end = 0xFFFF_FFFE
  private static let free = 0xFFFF_FFFF

  private var sectors: [[UInt8]] = []
  private var chains: [Int] = []

  private init() {}

  /// Returns a file with the streams, at most three.
  public static func file(_ streams: [(name: String, content: [UInt8])]) -> [UInt8] {
    var builder = CompoundFileBuilder()
    var mini: [UInt8] = []
    var miniChains: [Int] = []
    var entries: [(name: String, kind: UInt8, start: Int, size: Int)] = []
    for stream in streams {
      guard stream.content.count < 4096 else {
        entries.append((stream.name, 2, builder.add(stream.content), stream.content.count))
        continue
      }
      let first = miniChains.count
      let count = (stream.content.count + small - 1) / small
      miniChains += (0..<count).map { $0 + 1 < count ? first + $0 + 1 : end }
      mini += stream.content + [UInt8](repeating: 0, count: count * small - stream.content.count)
      entries.append((stream.name, 2, count > 0 ? first : end, stream.content.count))
    }
    let miniStart = mini.isEmpty ? end : builder.add(mini)
    let table = miniChains.isEmpty ? end : builder.add(numbers(miniChains))
    let directory = builder.add(Self.directory([("Root Entry", 5, miniStart, mini.count)] + entries))
    return builder.file(directory: directory, miniTable: table, miniTables: (miniChains.count + 127) / 128)
  }

  private static func numbers(_ numbers: [Int]) -> [UInt8] {
    let padded = numbers + [Int](repeating: free, count: (128 - numbers.count % 128) % 128)
    return padded.reduce(into: []) { $0.append(u32: $1) }
  }

  /// Adds the sectors of a stream.
  /// - Returns: the first one.
  private mutating func add(_ content: [UInt8]) -> Int {
    let first = sectors.count
    let count = (content.count + Self.sector - 1) / Self.sector
    for index in 0..<count {
      let part = Array(content[index * Self.sector..<min(content.count, (index + 1) * Self.sector)])
      sectors.append(part + [UInt8](repeating: 0, count: Self.sector - part.count))
      chains.append(index + 1 < count ? first + index + 1 : Self.end)
    }
    return first
  }

  /// Each entry is the right neighbour of the one before: a tree, if not the one that the format asks for.
  private static func directory(_ entries: [(name: String, kind: UInt8, start: Int, size: Int)]) -> [UInt8] {
    entries.enumerated().reduce(into: []) { bytes, item in
      let (index, entry) = item
      let name = entry.name.utf16.prefix(31).reduce(into: [UInt8]()) { $0.append(u16: Int($1)) }
      bytes += name + [UInt8](repeating: 0, count: 64 - name.count)
      bytes.append(u16: name.count + 2)
      bytes += [entry.kind, 1]
      bytes.append(u32: free)
      bytes.append(u32: index > 0 && index + 1 < entries.count ? index + 1 : free)
      bytes.append(u32: index == 0 && entries.count > 1 ? 1 : free)
      bytes += [UInt8](repeating: 0, count: 36)
      bytes.append(u32: entry.start)
      bytes.append(u32: entry.size)
      bytes.append(u32: 0)
    }
  }

  private consuming func file(directory: Int, miniTable: Int, miniTables: Int) -> [UInt8] {
    var tables = 1
    while tables * 128 < sectors.count + tables { tables += 1 }
    let first = sectors.count
    let table = Self.numbers(chains + [Int](repeating: 0xFFFF_FFFD, count: tables))
    var header: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1] + [UInt8](repeating: 0, count: 16)
    for number in [0x3E, 3, 0xFFFE, 9, 6] { header.append(u16: number) }
    header += [UInt8](repeating: 0, count: 10)
    for number in [tables, directory, 0, 4096, miniTable, miniTables, Self.end, 0] { header.append(u32: number) }
    for index in 0..<109 { header.append(u32: index < tables ? first + index : Self.free) }
    return header + sectors.flatMap { $0 } + table
  }
}
