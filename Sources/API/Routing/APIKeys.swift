import Cryptography
import FoundationEssentials
import Text

/// The keys that open the API, as SHA-256 digests: the keys themselves are not kept.
public struct APIKeys: Sendable {
  private let digests: [[UInt8]]

  /// The form of the digest of a key in the configuration.
  public static let digestPrefix = "sha256:"
  /// The fewest characters of a key.
  public static let shortest = 16

  /// - Parameter list: keys, or their digests as `sha256:` and 64 hexadecimal digits, separated by commas.
  /// - Returns: nil for an entry of another form, for a key under 16 characters, and for commas alone.
  public init?(_ list: String) throws(CryptographyError) {
    var digests: [[UInt8]] = []
    for entry in list.split(separator: ",") {
      let entry = entry.trimming { $0 == " " }
      if entry.hasPrefix(Self.digestPrefix) {
        guard let digest = Self.bytes(entry.dropFirst(Self.digestPrefix.count)) else { return nil }
        digests.append(digest)
      } else {
        guard entry.utf8.count >= Self.shortest else { return nil }
        digests.append(try Digest(of: Data(entry.utf8)).bytes)
      }
    }
    guard !digests.isEmpty || list.isEmpty else { return nil }
    self.digests = digests
  }

  /// No keys.
  public init() { digests = [] }

  public var isEmpty: Bool { digests.isEmpty }

  /// Returns true if the text is one of the keys. The time that it takes tells nothing of how near the text comes.
  func contain(_ text: String) -> Bool {
    guard let digest = try? Digest(of: Data(text.utf8)).bytes else { return false }
    var isFound = false
    for known in digests {
      var difference: UInt8 = 0
      for (left, right) in zip(known, digest) { difference |= left ^ right }
      isFound = (difference == 0) || isFound
    }
    return isFound
  }

  private static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    let digits = text.utf8.compactMap(\.hexadecimalDigitValue)
    guard digits.count == 64, text.utf8.count == 64 else { return nil }
    return stride(from: 0, to: 64, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }
}
