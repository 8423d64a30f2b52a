/// Patterns of SQL's `ilike`.
public enum LikePattern {
  /// The pattern of texts that contain a text, whose own signs stand for themselves. It goes by scalars: a sign with a
  /// combining mark is one character, and a wildcard all the same.
  public static func containing(_ text: String) -> String {
    var pattern = "%"
    for scalar in text.unicodeScalars {
      if scalar == "%" || scalar == "_" || scalar == "\\" { pattern += "\\" }
      pattern.unicodeScalars.append(scalar)
    }
    return pattern + "%"
  }
}
