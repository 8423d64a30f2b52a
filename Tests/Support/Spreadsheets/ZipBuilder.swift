import Compression
import FoundationEssentials

/// Writes ZIP archives: right ones, and such as no program writes.
public struct ZipBuilder {
  public enum Method {
    case stored
    /// As blocks that are not compressed.
    case deflated
    case compressed
  }

  public private(set) var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  public init() {}

  /// Adds a file.
  /// - Parameters:
  ///   - size: the length that the archive announces; nil for the right one.
  ///   - flags: bit 0 means encrypted.
  public mutating func add(
    _ name: String, _ content: [UInt8], _ method: Method = .stored, size: Int? = nil, checksum: UInt32? = nil,
    flags: Int = 0
  ) {
    let data =
      switch method {
      case .stored: content
      case .deflated: Self.deflated(content)
      case .compressed: Self.compressed(content)
      }
    var common: [UInt8] = []
    common.append(u16: 20)
    common.append(u16: flags)
    common.append(u16: method == .stored ? 0 : 8)
    common.append(u32: 0)
    common.append(u32: Int(checksum ?? CRC32.checksum(of: content)))
    common.append(u32: data.count)
    common.append(u32: size ?? content.count)
    common.append(u16: name.utf8.count)
    common.append(u16: 0)
    directory += [0x50, 0x4B, 1, 2, 20, 0] + common
    directory.append(u16: 0)
    directory.append(u16: 0)
    directory.append(u16: 0)
    directory.append(u32: 0)
    directory.append(u32: bytes.count)
    directory += Array(name.utf8)
    bytes += [0x50, 0x4B, 3, 4] + common + Array(name.utf8) + data
    count += 1
  }

  /// Ends the archive.
  /// - Parameter count: the number of files that it announces; nil for the right one.
  public consuming func archive(count announced: Int? = nil, comment: [UInt8] = []) -> [UInt8] {
    let start = bytes.count
    bytes += directory + [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
    bytes.append(u16: announced ?? count)
    bytes.append(u16: announced ?? count)
    bytes.append(u32: directory.count)
    bytes.append(u32: start)
    bytes.append(u16: comment.count)
    bytes += comment
    return bytes
  }

  /// Returns the stream of a member of gzip, whose header has 10 bytes and whose end 8.
  private static func compressed(_ content: [UInt8]) -> [UInt8] {
    guard let member = try? GzipCompressor().member(of: Data(content)) else { return [] }
    return Array(member.dropFirst(10).dropLast(8))
  }

  private static func deflated(_ content: [UInt8]) -> [UInt8] {
    var data: [UInt8] = []
    var start = 0
    repeat {
      let end = min(content.count, start + 0xFFFF)
      data.append(end == content.count ? 1 : 0)
      data.append(u16: end - start)
      data.append(u16: ~(end - start))
      data += content[start..<end]
      start = end
    } while start < content.count
    return data
  }
}
