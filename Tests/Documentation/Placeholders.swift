/// The words in capitals that documents use for a value, and a value for each, so that a command line can be parsed.
enum Placeholders {
  static let values = [
    "DATE": "2024-05-31", "LAST": "2024-06-02", "RUN": "cli-20240531T080000Z-4f2a", "FUNCTION": "Loader",
    "EVENT.json": "event.json", "NAME": "wwoz", "COMMAND": "run", "$day": "2024-05-31",
    "DATASET": "wwoz", "ITEM": "2024-05-31", "DAY": "friday",
  ]

  /// Returns the command line's arguments: with everything that is in brackets, and with nothing of it.
  /// - Returns: nil if a word in capitals is not a known placeholder.
  static func variants(of arguments: [String]) -> [[String]]? {
    var full: [String] = []
    var short: [String] = []
    var depth = 0
    for argument in arguments {
      if argument.hasPrefix("[") { depth += 1 }
      let word = argument.filter { !"[]".contains($0) }
      guard let value = values[word] ?? (isPlaceholder(word) ? nil : word) else { return nil }
      full.append(value)
      if depth == 0 { short.append(value) }
      if argument.hasSuffix("]") { depth -= 1 }
    }
    return full == short ? [full] : [full, short]
  }

  static func isPlaceholder(_ word: String) -> Bool { word.contains(/^\$|^[A-Z][A-Z_]+$|…/) }
}
