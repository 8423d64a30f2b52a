import Encodings

/// An encoding that a definition names: those of browsers, and the names of other programs for them.
public enum CSVEncoding: Hashable, Sendable {
  case standard(TextEncoding)
  /// ISO 8859-1 to the letter, with control characters from 0x80 to 0x9F. Browsers take the name for windows-1252.
  case latin1
  /// UTF-16 whose byte order a mark says; without one it is little-endian.
  case utf16

  /// Some of the names, for messages.
  public static let examples =
    "utf-8, utf-16, utf-16-le, latin-1, windows-1252, iso-8859-15, macintosh, koi8-r, big5, gb18030, shift_jis, euc-kr"

  /// Finds an encoding by its name, in any case, with `_` or `-`: `utf-16-le`, `latin_1`, `cp1252`.
  public init?(named name: String) {
    let name = String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    switch name {
    case "utf-8-sig", "utf8-sig", "ascii", "us-ascii": self = .standard(.utf8)
    case "utf-16", "utf16": self = .utf16
    case "utf-16-le", "utf16-le", "utf16le": self = .standard(.utf16LE)
    case "utf-16-be", "utf16-be", "utf16be": self = .standard(.utf16BE)
    case "latin-1", "latin1", "iso-8859-1", "iso8859-1", "iso88591", "l1", "cp819": self = .latin1
    case "latin-9", "latin9": self = .standard(.iso8859x15)
    case "mac-roman", "mac": self = .standard(.macintosh)
    case "cp932", "ms932", "sjis": self = .standard(.shiftJIS)
    case "cp936": self = .standard(.gbk)
    case "cp949", "uhc": self = .standard(.eucKR)
    case "cp950": self = .standard(.big5)
    default:
      // `latin-9` and `latin9`, `shift-jis` and `shift_jis`.
      let spellings = [
        name, name.replacing("latin-", with: "latin"), name.replacing("-", with: "_"), name.replacing("-", with: ""),
      ]
      guard let known = spellings.lazy.compactMap({ TextEncoding(label: $0) }).first(where: Self.isUsable) else {
        return nil
      }
      self = .standard(known)
    }
  }

  /// The encoding that a response's header names; nil if it is not known.
  init?(charset: String) {
    guard let known = TextEncoding(label: charset), Self.isUsable(known) else { return nil }
    self = .standard(known)
  }

  private static func isUsable(_ encoding: TextEncoding) -> Bool {
    encoding != .replacement && encoding != .userDefined
  }

  /// The name for messages.
  public var name: String {
    switch self {
    case .standard(let encoding): encoding.rawValue
    case .latin1: "ISO-8859-1"
    case .utf16: "UTF-16"
    }
  }
}
