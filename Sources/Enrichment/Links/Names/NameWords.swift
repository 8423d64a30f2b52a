/// Cuts a name into words, in the form in which words are compared: lower case, without accents and apostrophes, one
/// spelling for numbers and abbreviations.
enum NameWords {
  struct Word: Equatable {
    var text: String
    /// The part of the name: a comma, a dash, a bracket, `at` and `featuring` begin another one.
    var part = 0
    var isQuoted = false
    var isBracketed = false
  }

  /// A longer name is cut: a text of any length takes no longer.
  static let longestName = 300

  static func of(_ name: String) -> [Word] {
    var cutter = Cutter()
    for scalar in name.unicodeScalars.prefix(longestName) { cutter.take(scalar) }
    return withoutEdges(initialsJoined(cutter.ended().flatMap(expanded)))
  }

  private struct Cutter {
    private var words: [Word] = []
    private var current = ""
    private var part = 0
    private var isQuoted = false
    private var isBracketed = false
    private var isAfterSpace = true

    mutating func take(_ scalar: Unicode.Scalar) {
      switch scalar {
      case "'", "’", "‘", "`", "´", "ʼ": break
      case "&", "+": add("and")
      case "\"", "“", "”", "„", "«", "»":
        close()
        isQuoted = scalar == "“" || scalar == "„" || scalar == "«" || scalar == "\"" && !isQuoted
      case "(", "[": divide(isBracketed: true)
      case ")", "]": divide(isBracketed: false)
      case ",", ";", ":", "/", "–", "—": divide(isBracketed: isBracketed)
      case "-": if isAfterSpace { divide(isBracketed: isBracketed) } else { close() }
      default:
        let properties = scalar.properties
        if properties.isAlphabetic || properties.numericType != nil {
          current.unicodeScalars.append(contentsOf: LetterForm.of(scalar))
        } else if properties.generalCategory != .nonspacingMark {
          close()
        }
      }
      isAfterSpace = scalar == " "
    }

    mutating func ended() -> [Word] {
      close()
      return words
    }

    private mutating func divide(isBracketed: Bool) {
      close()
      part += 1
      self.isBracketed = isBracketed
    }

    private mutating func add(_ text: String) {
      close()
      current = text
      close()
    }

    private mutating func close() {
      guard !current.isEmpty else { return }
      words.append(Word(text: current, part: part, isQuoted: isQuoted, isBracketed: isBracketed))
      current = ""
    }
  }

  private static func expanded(_ word: Word) -> [Word] {
    let texts = Vocabulary.spellings[word.text] ?? [word.text]
    return texts.map { text in
      var other = word
      other.text = text
      return other
    }
  }

  /// `d b a` is `dba`, and `B.B. King` is `bb king`. A single letter stays.
  private static func initialsJoined(_ words: [Word]) -> [Word] {
    var result: [Word] = []
    var isRun = false
    for word in words {
      let isInitial = word.text.unicodeScalars.count == 1
      if isInitial, isRun, var last = result.popLast() {
        last.text += word.text
        result.append(last)
      } else {
        result.append(word)
      }
      isRun = isInitial
    }
    return result
  }

  /// An article at the beginning, or after a comma at the end: `Maison, The`.
  private static func withoutEdges(_ words: [Word]) -> [Word] {
    var result = words[...]
    if result.count > 1, let first = result.first, Vocabulary.articles.contains(first.text) { result.removeFirst() }
    if result.count > 1, let last = result.last, Vocabulary.articles.contains(last.text),
      last.part != result[result.endIndex - 2].part
    {
      result.removeLast()
    }
    return Array(result)
  }
}

/// The form of a letter: lower case, without its accent.
enum LetterForm {
  static func of(_ scalar: Unicode.Scalar) -> [Unicode.Scalar] {
    if scalar.isASCII { return Array(scalar.properties.lowercaseMapping.unicodeScalars) }
    return scalar.properties.lowercaseMapping.unicodeScalars.map(base)
  }

  /// Unicode's names have the letter: LATIN SMALL LETTER E WITH ACUTE.
  private static func base(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let start = "LATIN SMALL LETTER "
    guard let name = scalar.properties.name, name.hasPrefix(start) else { return scalar }
    let words = name.dropFirst(start.count).split(separator: " ")
    guard words.count > 1, words[1] == "WITH", words[0].unicodeScalars.count == 1,
      let letter = words[0].lowercased().unicodeScalars.first
    else { return scalar }
    return letter
  }
}
