/// The forms in which words and names are compared: lower case, without accents, apostrophes and full stops.
enum NameKey {
  /// The key of one word: `Tipitina’s` is `tipitinas`, `d.b.a.` is `dba`. A date or a time keeps its marks.
  static func word(_ text: String) -> String {
    var key = ""
    let hasDigits = text.unicodeScalars.contains { ("0"..."9").contains($0) }
    for scalar in text.lowercased().unicodeScalars {
      switch scalar {
      case "'", "’": continue
      case ".": if hasDigits { key.unicodeScalars.append(scalar) }
      default: key.unicodeScalars.append(contentsOf: base(scalar))
      }
    }
    return key == "&" || key == "+" ? "and" : key
  }

  /// The keys of a name's words, without a leading `the`.
  static func words(ofName name: String) -> [String] {
    let keys = Words.of(name.replacing("&", with: " and ")).map(\.key)
    return keys.count > 1 && keys[0] == "the" ? Array(keys.dropFirst()) : keys
  }

  /// The letter without its accent. Unicode's names have it: LATIN SMALL LETTER E WITH ACUTE.
  private static func base(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    guard !scalar.isASCII else { return [scalar] }
    // A combining accent, where letter and accent are written apart.
    if scalar.properties.generalCategory == .nonspacingMark { return [] }
    guard let name = scalar.properties.name, name.hasPrefix("LATIN SMALL LETTER ") else { return [scalar] }
    let words = name.dropFirst("LATIN SMALL LETTER ".count).split(separator: " ")
    guard words.count > 1, words[1] == "WITH", words[0].count == 1,
      let letter = words[0].lowercased().unicodeScalars.first
    else { return [scalar] }
    return [letter]
  }
}
