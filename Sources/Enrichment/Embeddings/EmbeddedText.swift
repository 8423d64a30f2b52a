/// The texts whose embeddings are stored: those of the legacy system (000), so that its vectors stay comparable. Parts are
/// joined by one space, and the ends are stripped; empty and missing parts are left out. Nil if nothing is left.
public enum EmbeddedText {
  /// Returns the text of an event's `description_embedding`.
  public static func description(_ description: String?) -> String? { joined([description]) }

  /// Returns the text of an event's `event_text_embedding`: `Kermit Ruffins Blue Nile A night of trumpets`.
  public static func event(artist: String?, venue: String?, description: String?) -> String? {
    joined([artist, venue, description])
  }

  /// Returns the text of an artist's `description_embedding`.
  /// - Parameter genres: `Brass, Jazz`.
  public static func artist(
    name: String?, description: String? = nil, website: String? = nil, genres: String? = nil
  ) -> String? {
    joined([name, description, website.labelled("Website"), genres.labelled("Genres")])
  }

  /// Returns the text of a genre's `genre_embedding`. A genre without a description has a general one, by its name.
  public static func genre(name: String?, description: String? = nil) -> String? {
    guard let name = name.nonEmpty else { return joined([description]) }
    let words = name.lowercased()
    let general = generalDescriptions.first { words.contains($0.part) }?.text ?? "A music genre"
    return joined(["Genre: \(name)", description.nonEmpty ?? general])
  }

  /// The first whose part is in the genre's name counts.
  private static let generalDescriptions: [(part: String, text: String)] = [
    ("jazz", "A musical style that originated in New Orleans"),
    ("blues", "A music genre characterized by twelve-bar blues structure"),
    ("funk", "A rhythmic music genre that originated in New Orleans"),
    ("r&b", "Rhythm and blues music style"),
    ("gospel", "Christian music with roots in African American traditions"),
    ("zydeco", "A Louisiana Creole music genre"),
    ("cajun", "Traditional music of the Cajun people of Louisiana"),
    ("brass band", "Traditional New Orleans brass band music"),
    ("second line", "A New Orleans parade music tradition"),
    ("bounce", "A New Orleans hip hop subgenre"),
  ]

  static func joined(_ parts: [String?]) -> String? {
    let text = parts.compactMap(\.nonEmpty).joined(separator: " ").strippedAsInPython
    return text.isEmpty ? nil : text
  }
}

extension String? {
  var nonEmpty: String? { self?.isEmpty == false ? self : nil }

  func labelled(_ label: String) -> String? { nonEmpty.map { "\(label): \($0)" } }
}

extension String {
  /// The text without the white space at its ends that Python's `str.strip` removes: Unicode's, and the four separators of
  /// ASCII. A character may have more than one scalar, so that characters are not compared.
  var strippedAsInPython: String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
    }
    let scalars = unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }),
      let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[first...last])
  }
}
