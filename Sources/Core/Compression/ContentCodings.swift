import FoundationEssentials
import Text

/// The content codings of an HTTP body (RFC 9110, 8.4), and their decoder.
public struct ContentCodings: Equatable, Sendable {
  /// The value of Accept-Encoding that asks for codings which `decode` understands.
  public static let accepted = "gzip, deflate"

  private enum Coding: Equatable {
    case gzip, deflate
    /// One that is registered, and not decoded here.
    case other(String)
  }

  /// In the order in which they were applied.
  private let codings: [Coding]

  /// True if the body is as it was before any coding.
  public var isEmpty: Bool { codings.isEmpty }

  /// Codings of the IANA registry that are not decoded. No request of this program asks for them.
  private static let unsupported: Set<String> = [
    "aes128gcm", "br", "bzip2", "compress", "dcb", "dcz", "exi", "lzma", "pack200-gzip", "x-bzip2", "x-compress", "xz",
    "zstd",
  ]

  /// - Parameter header: the value of Content-Encoding, all of its lines joined with commas. A word that names no coding,
  ///   such as `identity`, `none`, or a character encoding, counts as no coding, as browsers do.
  public init(_ header: String) {
    codings = header.split(separator: ",").compactMap { word in
      let name = word.utf8.trimming { $0.isHTTPSpace || $0 == UInt8(ascii: "\"") }
      switch String(decoding: name, as: UTF8.self).lowercased() {
      case "gzip", "x-gzip": return .gzip
      case "deflate", "x-deflate": return .deflate
      case let name: return Self.unsupported.contains(name) ? .other(name) : nil
      }
    }
  }

  /// Returns the body without its codings. An empty body has none: a response to HEAD, or with status 304, names the
  /// codings of a body that it does not have.
  /// - Parameters:
  ///   - body: the body as received, without transfer coding.
  ///   - maximumBytes: the limit of the result, and of every step between.
  /// - Throws: `truncated` if a stream has no end, `damaged`, `tooLarge`, `unsupported`, `library`.
  public func decode(_ body: Data, maximumBytes: Int) throws(CompressionError) -> Data {
    guard !body.isEmpty else { return body }
    guard codings.count <= 4 else { throw CompressionError(.unsupported, "\(codings.count) content codings") }
    var content = body
    var removed: Coding?
    for coding in codings.reversed() {
      defer { removed = coding }
      switch coding {
      // A proxy has repeated the header, and not the coding.
      case .gzip where removed == .gzip && content.first != 0x1F: break
      case .gzip: content = try Self.gunzip(content, maximumBytes)
      case .deflate: content = try Self.inflate(content, maximumBytes)
      case .other(let name):
        throw CompressionError(.unsupported, "the content coding '\(name)', which was not asked for")
      }
    }
    return content
  }

  /// Decompresses one or more gzip members. Zeros between them, and any other bytes after the last, are padding: every
  /// member has ended by then, and its checksum was right.
  private static func gunzip(_ body: Data, _ maximumBytes: Int) throws(CompressionError) -> Data {
    guard body.first == 0x1F else { throw CompressionError(.damaged, "the body is not gzip, as its header says") }
    let inflater = try Inflater(.gzip)
    var content = Data()
    var position = body.startIndex
    repeat {
      position = try inflater.append(streamOf: body, from: position, to: &content, maximumBytes: maximumBytes)
      position = body[position...].firstIndex { $0 != 0 } ?? body.endIndex
    } while isMember(body[position...].prefix(2))
    return content
  }

  /// True for the beginning of a member, also if the body ends within it.
  private static func isMember(_ signature: Data) -> Bool {
    signature.elementsEqual([0x1F]) || signature.elementsEqual([0x1F, 0x8B])
  }

  /// Decompresses a zlib stream, or a deflate stream without zlib's header, which some servers send (RFC 9110, 8.4.1.2).
  private static func inflate(_ body: Data, _ maximumBytes: Int) throws(CompressionError) -> Data {
    var content = Data()
    let header = [UInt8](body.prefix(2))
    let hasHeader = header.count == 2 && header[0] & 15 == 8 && (Int(header[0]) << 8 | Int(header[1])) % 31 == 0
    if hasHeader || body.count == 1 && body.first == 0x78 {
      do {
        _ = try Inflater(.zlib).append(streamOf: body, from: body.startIndex, to: &content, maximumBytes: maximumBytes)
        return content
      } catch {
        // One stream without header in a thousand begins like one with a header.
        guard error.kind == .damaged, content.isEmpty else { throw error }
      }
    }
    _ = try Inflater(.raw).append(streamOf: body, from: body.startIndex, to: &content, maximumBytes: maximumBytes)
    return content
  }
}
