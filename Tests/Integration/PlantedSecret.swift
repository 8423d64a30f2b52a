import Foundation

/// A random secret for every setting that can hold one. Each setting's secret ends with the setting's name.
struct PlantedSecret {
  /// Lower-case letters and digits, which quoting, percent-encoding and case-folding do not change.
  let core =
    "planted" + (0..<24).map { _ in String("abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "x") }.joined()

  /// Returns the secret of a setting. Parts of it must be percent-encoded in a URL and escaped in JSON.
  func value(_ setting: String) -> String { "\(core)%@/\"+\(setting)" }

  func encoded(_ setting: String) -> String {
    value(setting).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  /// Returns every place where a text has the secret, as it is, in hexadecimal or in base64, with the surrounding text.
  func traces(in text: String) -> [String] {
    let folded = text.lowercased()
    let plain = [core, core.utf8.map { String(format: "%02x", $0) }.joined()].flatMap {
      Self.places(of: $0, in: folded)
    }
    return plain + inBase64.flatMap { Self.places(of: $0, in: text) }
  }

  /// The three forms of the secret in base64, in which three bytes become four characters: the form depends on the number of
  /// bytes before it. Characters that also depend on the neighbouring bytes are left out.
  private var inBase64: [String] {
    (0..<3).map { before in
      let padded = Data(repeating: 0, count: before) + Data(core.utf8.prefix(30 - before))
      return String(padded.base64EncodedString().dropFirst(before == 0 ? 0 : 4))
    }
  }

  private static func places(of needle: String, in text: String) -> [String] {
    // Most texts are long and have none, which Foundation finds out much faster.
    guard NSData(data: Data(text.utf8)).range(of: Data(needle.utf8), in: NSRange(0..<text.utf8.count)).length > 0 else {
      return []
    }
    return text.ranges(of: needle).map { range in
      let start = text.index(range.lowerBound, offsetBy: -80, limitedBy: text.startIndex) ?? text.startIndex
      let end = text.index(range.upperBound, offsetBy: 40, limitedBy: text.endIndex) ?? text.endIndex
      return String(text[start..<end])
    }
  }
}
