import Foundation

/// A secret that nobody else knows, put into every setting that can hold one, each time with the setting's name behind it.
struct PlantedSecret {
  /// Letters and digits in lower case: it survives what quoting, percent-encoding or case-folding there is.
  let core =
    "planted" + (0..<24).map { _ in String("abcdefghijklmnopqrstuvwxyz0123456789".randomElement() ?? "x") }.joined()

  /// The secret of a setting. Some of it has to be percent-encoded in an address, and escaped in JSON.
  func value(_ setting: String) -> String { "\(core)%@/\"+\(setting)" }

  func encoded(_ setting: String) -> String {
    value(setting).addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  /// Where the secret is found in a text, each time with what stands around it: as it is, in hexadecimal, or in base64.
  func traces(in text: String) -> [String] {
    let folded = text.lowercased()
    let plain = [core, core.utf8.map { String(format: "%02x", $0) }.joined()].flatMap {
      Self.places(of: $0, in: folded)
    }
    return plain + inBase64.flatMap { Self.places(of: $0, in: text) }
  }

  /// Three bytes become four characters: what stands before decides which of three forms it takes. What depends on the
  /// neighbours is left off.
  private var inBase64: [String] {
    (0..<3).map { before in
      let padded = Data(repeating: 0, count: before) + Data(core.utf8.prefix(30 - before))
      return String(padded.base64EncodedString().dropFirst(before == 0 ? 0 : 4))
    }
  }

  private static func places(of needle: String, in text: String) -> [String] {
    text.ranges(of: needle).map { range in
      let start = text.index(range.lowerBound, offsetBy: -80, limitedBy: text.startIndex) ?? text.startIndex
      let end = text.index(range.upperBound, offsetBy: 40, limitedBy: text.endIndex) ?? text.endIndex
      return String(text[start..<end])
    }
  }
}
