/// A word of a question.
struct Word: Equatable {
  /// As written.
  let text: String
  /// Its form for comparisons; see `NameKey`.
  let key: String
  /// True if it stands in quotation marks, so that it is no date and no place.
  var isQuoted = false
  /// True if a comma or the like follows: a phrase ends here.
  var endsPhrase = false

  /// True if it begins with a capital letter.
  var isCapitalized: Bool { text.first?.isUppercase ?? false }

  /// The number that it is; nil for another word.
  var number: Int? { key.utf8.count <= 4 && key.utf8.allSatisfy { (48...57).contains($0) } ? Int(key) : nil }
}

/// Cuts a text into words.
enum Words {
  /// The number of characters that are read. A question has some hundred; a text of any length takes no longer.
  static let longestText = 2000

  private static let openingQuotes: Set<Character> = ["\"", "“", "„", "«"]
  private static let closingQuotes: Set<Character> = ["\"", "”", "“", "»"]
  private static let ends: Set<Character> = [",", ";", "!", "?", "(", ")", "—", "\n"]

  static func of(_ text: String) -> [Word] {
    var words: [Word] = []
    var current = ""
    var isQuoted = false
    let characters = Array(text.prefix(longestText))
    func close() {
      let key = NameKey.word(current)
      if !key.isEmpty { words.append(Word(text: current, key: key, isQuoted: isQuoted)) }
      current = ""
    }
    for (index, character) in characters.enumerated() {
      let next = index + 1 < characters.count ? characters[index + 1] : " "
      if character.isLetter || character.isNumber {
        current.append(character)
      } else if joins(character, current.last, next) {
        current.append(character)
      } else {
        close()
        // A quotation that is never closed is none.
        if isQuoted, closingQuotes.contains(character) {
          isQuoted = false
        } else if !isQuoted, openingQuotes.contains(character) {
          isQuoted = characters[(index + 1)...].contains { closingQuotes.contains($0) }
        }
        if ends.contains(character), !words.isEmpty { words[words.count - 1].endsPhrase = true }
      }
    }
    close()
    return words
  }

  /// True for a mark within a word: an apostrophe, `R&B`, `p.m.`, `8:30`, `2026-05-31`, `5/31`. A hyphen between letters
  /// separates words.
  private static func joins(_ mark: Character, _ before: Character?, _ after: Character) -> Bool {
    guard let before, after.isLetter || after.isNumber, before.isLetter || before.isNumber else { return false }
    switch mark {
    case "'", "’", "&", ".": return true
    case ":", "/", "-": return before.isNumber && after.isNumber
    default: return false
    }
  }
}
