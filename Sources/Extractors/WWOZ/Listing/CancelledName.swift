import Text

/// The name of an artist in a row, without the mark that says that the event is cancelled: `CANCELLED - Lost Umbrella Club`.
///
/// The word is a mark if something sets it apart from the name: brackets, asterisks, a dash, a colon or an exclamation mark,
/// or capital letters beside a name that is not in capitals. `The Cancelled Checks` and `Cancelled` are names.
struct CancelledName: Equatable {
  let name: String
  let isCancelled: Bool

  init(_ text: String) {
    guard let found = Self.word(in: text) else {
      (name, isCancelled) = (text, false)
      return
    }
    let name = Self.withoutBracketed(text, found) ?? Self.withoutBeginning(text) ?? Self.withoutEnd(text)
    isCancelled = name != nil
    // The mark may be there twice.
    self.name = name.map { $0.utf8.count < text.utf8.count ? CancelledName($0).name : $0 } ?? text
  }

  /// Returns true if a text about the show, such as `CANCELLED` below its name, has the word.
  static func isStated(in words: [Substring]) -> Bool {
    words.indices.contains { index in
      mentions(words[index]) && isWord(words[index].drop { !$0.isLetter }.prefix(while: \.isLetter))
        && (index == words.startIndex || !isConditional(words[index - 1]))
    }
  }

  /// True for the word before `cancelled` in `not cancelled`, `if cancelled` and `tickets for cancelled shows`.
  private static func isConditional(_ word: Substring) -> Bool {
    ["not", "never", "if", "when", "unless", "for", "of", "any", "all"].contains(word.lowercased())
  }

  private static let words: Set<String> = ["cancelled", "canceled"]
  /// Characters that set the word apart, beside brackets.
  private static let separators = Set("-‐‑‒–—―−:!|*~/•·.…_#+=>❌❎🚫⛔🛑⚠✖✗✘❗‼").union(["⛔️", "⚠️", "✖️", "❗️", "‼️"])
  private static let opening = Set("([{<*~【（［")
  private static let closing = Set(")]}>*~】）］")
  private static let quotes = Set("\"'“”‘’«»")
  /// Words that join two names of one text: between the word and a name they make it a name too.
  private static let joiners: Set<String> = ["&", "and", "feat", "feat.", "ft", "ft.", "with", "w/", "by"]
  /// Words that need a name behind them: `Foo and the CANCELLED`.
  private static let openWords = joiners.union(["the", "of", "at"])
  /// Words that may follow the mark and belong to it: `CANCELLED due to weather`.
  private static let reasons: Set<String> = ["due", "because", "tonight", "today", "for", "until", "this"]
  /// Words that may stand before the mark: `SHOW CANCELLED: …`.
  private static let subjects: Set<String> = [
    "show", "event", "gig", "concert", "performance", "tonight", "has", "been", "is",
  ]

  private static func isWord(_ text: some StringProtocol) -> Bool { words.contains(text.lowercased()) }

  /// True if the text has `cancel`, in any case.
  private static func mentions(_ text: some StringProtocol) -> Bool {
    var last: UInt64 = 0
    return text.utf8.contains { byte in
      last = (last << 8 | UInt64(byte.asciiLowercased)) & 0xFFFF_FFFF_FFFF
      return last == 0x6361_6E63_656C
    }
  }

  /// Returns the place of the first whole word `cancelled` or `canceled`, in any case.
  private static func word(in text: String) -> Range<String.Index>? {
    // Nearly all names do not have it.
    guard mentions(text) else { return nil }
    let parts = text.split { !$0.isLetter }
    guard let index = parts.firstIndex(where: isWord) else { return nil }
    if index > 0, parts[index - 1].lowercased() == "not" { return nil }
    return parts[index].startIndex..<parts[index].endIndex
  }

  /// Returns the name without `(CANCELLED)`, `[cancelled due to rain]` or `**CANCELLED**` anywhere in it.
  private static func withoutBracketed(_ text: String, _ word: Range<String.Index>) -> String? {
    let before = text[..<word.lowerBound]
    guard let open = before.lastIndex(where: { opening.contains($0) }), isSubject(before[open...].dropFirst()),
      let close = text[word.upperBound...].firstIndex(where: { closing.contains($0) }),
      isReason(inBrackets: text[word.upperBound..<close])
    else { return nil }
    let start = withoutTail(before[..<open])
    let end = text[close...].drop { closing.contains($0) || separators.contains($0) || $0.isWhitespace }
    return trimmed([start, end].filter { !$0.isEmpty }.joined(separator: " "))
  }

  /// Returns the name without `CANCELLED - ` before it.
  private static func withoutBeginning(_ text: String) -> String? {
    var rest = text[...].drop { !$0.isLetter }
    while true {
      let word = rest.prefix { $0.isLetter }
      guard subjects.contains(word.lowercased()) else { break }
      rest = rest.dropFirst(word.count).drop { $0 == " " }
    }
    let word = rest.prefix(while: \.isLetter)
    guard isWord(word) else { return nil }
    rest = rest.dropFirst(word.count)
    // `CANCELLED due to weather: …`
    if let end = endOfReason(rest), isReason(rest[..<end]) { rest = rest[end...] }
    // `"CANCELLED" …`
    if let quote = rest.first, quotes.contains(quote), text[..<word.startIndex].last.map(quotes.contains) == true {
      rest = rest.dropFirst()
    }
    let name = rest.drop {
      tail.contains($0) && !opening.contains($0) || "!.".contains($0) || $0.isWhitespace || closing.contains($0)
    }
    guard isApart(word, by: rest[..<name.startIndex]) || isMark(word, beside: name) else { return nil }
    return trimmed(name)
  }

  /// Returns the place of what ends the reason after the mark. A hyphen within a word does not: `due to COVID-19 - …`.
  private static func endOfReason(_ text: Substring) -> Substring.Index? {
    text.indices.first { index in
      guard separators.contains(text[index]) else { return false }
      guard "-‐./".contains(text[index]), index > text.startIndex else { return true }
      let next = text.index(after: index)
      return text[text.index(before: index)].isWhitespace || next == text.endIndex || text[next].isWhitespace
    }
  }

  /// Returns the name without ` - CANCELLED` after it.
  private static func withoutEnd(_ text: String) -> String? {
    guard let word = text.split(whereSeparator: { !$0.isLetter }).last(where: isWord),
      isReason(text[word.endIndex...].drop { separators.contains($0) })
    else { return nil }
    var before = text[..<word.startIndex]
    // `… - show cancelled`
    var withoutSubjects = before
    while let subject = withoutSubjects.split(separator: " ").last, subjects.contains(subject.lowercased()) {
      withoutSubjects = withoutSubjects[..<subject.startIndex]
    }
    if withoutTail(withoutSubjects).endIndex < withoutSubjects.dropLast().endIndex { before = withoutSubjects }
    let name = withoutTail(before).drop { "*~".contains($0) }
    guard isApart(word, by: before[name.endIndex...]) || isMark(word, beside: name) else { return nil }
    return trimmed(name)
  }

  /// Returns the text without what sets the mark apart at its end. An exclamation mark or a full stop may be the name's own.
  private static func withoutTail(_ text: Substring) -> Substring {
    var text = text
    while let last = text.last, last.isWhitespace || tail.contains(last) { text = text.dropLast() }
    return text
  }

  private static let tail = separators.union(opening).union([",", ";"]).subtracting(["!", "."])

  /// True if the text between the mark and the name sets the mark apart. A hyphen alone may join two words.
  private static func isApart(_ word: Substring, by between: Substring) -> Bool {
    guard between.contains(where: { tail.contains($0) || closing.contains($0) || "!.".contains($0) }) else {
      return false
    }
    return isCapitals(word) || !["-", "‐", ".", "/", "_", "+"].contains(between)
  }

  /// True if the text between the mark and what ends it is empty, or says why or when.
  private static func isReason(_ text: Substring) -> Bool {
    let words = text.split { !$0.isLetter && !$0.isNumber }
    guard let first = words.first else { return true }
    return reasons.contains(first.lowercased())
  }

  /// True also for `[CANCELLED - rain]` and `(CANCELLED by venue)`.
  private static func isReason(inBrackets text: Substring) -> Bool {
    let text = text.drop(while: \.isWhitespace)
    return isReason(text) || text.first.map(separators.contains) == true || text.hasPrefix("by ")
  }

  private static func isSubject(_ text: Substring) -> Bool {
    text.split { !$0.isLetter }.allSatisfy { subjects.contains($0.lowercased()) }
  }

  /// True if capital letters set the word apart from the name.
  private static func isMark(_ word: Substring, beside name: Substring) -> Bool {
    guard isCapitals(word), name.contains(where: \.isLowercase) else { return false }
    let words = name.split(separator: " ").map { $0.lowercased() }
    let isFirst = name.startIndex > word.startIndex
    return isFirst ? !joiners.contains(words.first ?? "") : !openWords.contains(words.last ?? "")
  }

  private static func isCapitals(_ word: Substring) -> Bool { word.allSatisfy(\.isUppercase) }

  /// Returns the name without white space around it; nil if nothing is left.
  private static func trimmed(_ name: some StringProtocol) -> String? {
    let name = String(name).utf8.trimming { $0 <= 0x20 }
    return name.isEmpty ? nil : String(Substring(name))
  }
}
