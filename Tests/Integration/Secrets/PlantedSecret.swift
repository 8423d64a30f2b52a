import Foundation

/// A secret that is put into a setting and must come out nowhere, in no guise.
struct PlantedSecret: Sendable {
  /// So much of it may stand somewhere by chance.
  static let harmless = 6

  let value: String

  /// Characters that an address must escape are part of it.
  static func make() -> PlantedSecret {
    let characters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789")
    let word = String((0..<10).map { _ in characters.randomElement() ?? "x" })
    let other = String((0..<10).map { _ in characters.randomElement() ?? "y" })
    return PlantedSecret(value: "\(word)/@+\(other)")
  }

  /// As it stands in an address.
  var escaped: String { value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? value }

  /// A part of a text that gives the secret away, or more than six characters of it: as it is, percent-encoded, or in
  /// base64 at any offset; in JSON's escapes too, and in any case of letters. Nil when there is none.
  func trace(in text: String) -> String? {
    let text = text.replacingOccurrences(of: "\\", with: "").lowercased()
    let encoded = (0..<3).map { shift in
      // What the neighbours' bits take part in is left out.
      let base64 = (Data(repeating: 0, count: shift) + Data(value.utf8)).base64EncodedString()
      return String(base64.dropFirst(shift == 0 ? 0 : 4).dropLast(4))
    }
    let length = Self.harmless + 1
    for guise in [value, escaped] + encoded {
      let characters = Array(guise.lowercased())
      for start in 0...(characters.count - length) {
        let part = String(characters[start..<start + length])
        if text.contains(part) { return part }
      }
    }
    return nil
  }
}
