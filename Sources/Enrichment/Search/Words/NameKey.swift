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

  /// The keys of a name's words, without `the` at its beginning, or after a comma at its end: `Maison, The`.
  static func words(ofName name: String) -> [String] {
    let words = Words.of(name.replacing("&", with: " and "))
    let keys = words.map(\.key)
    if keys.count > 1, keys[0] == "the" { return Array(keys.dropFirst()) }
    return keys.count > 1 && keys.last == "the" && words[keys.count - 2].endsPhrase ? keys.dropLast() : keys
  }

  /// The name of the place of which a name is a room or a part: `Blue Nile - Balcony Room`, `Bacchanal (OUTDOORS)`.
  static func whole(ofName name: String) -> String {
    let end = [" - ", " ("].compactMap { name.firstRange(of: $0)?.lowerBound }.min()
    return end.map { String(name[..<$0]) } ?? name
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
