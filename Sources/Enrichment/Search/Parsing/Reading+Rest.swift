extension Reading {
  /// Genres that describe nothing.
  private static let vagueGenres: Set<String> = ["other", "music", "variou", "variety", "live", "band", "none", "misc"]

  /// Reads which genres the question names. The words stay in what is compared by meaning.
  mutating func readGenres() {
    var index = 0
    while index < words.count {
      index = max(genre(at: index) ?? 0, index + 1)
    }
  }

  /// Adds the genres of the longest name that begins here.
  /// - Returns: the word after it; nil for none.
  private mutating func genre(at index: Int) -> Int? {
    for count in stride(from: min(4, words.count - index), to: 0, by: -1) {
      let range = index..<index + count
      guard range.allSatisfy({ key($0) != nil }) else { continue }
      let form = GenreForms.stem(joined(range))
      guard !Self.vagueGenres.contains(form), let genres = names.genreForms[form] ?? mistyped(form) else { continue }
      question.genres = (question.genres + genres).uniqued()
      return range.upperBound
    }
    return nil
  }

  private func mistyped(_ word: String) -> [String]? {
    guard word.count >= 6, !word.contains(" "), !CommonWords.frame.contains(word) else { return nil }
    return names.genreForms.first { form, _ in form.count >= 6 && Typing.isLike(form, word) }?.value
  }

  /// The rest is compared by meaning, and by words. The frame of the question and what was read as day, hour and place
  /// is left out: the texts that are compared with it do not have that, and it would make all of them more alike.
  mutating func readRest() {
    let rest = words.indices.filter { index in
      roles[index] == .name || roles[index] == nil && !isFrame(index)
    }
    let isText = rest.contains { words[$0].key.contains(where: \.isLetter) }
    question.meaning = isText ? rest.map { words[$0].text }.joined(separator: " ") : ""
    question.words = isText ? rest.map { words[$0].key }.joined(separator: " ") : ""
    if words.isEmpty, question.text.contains(where: { !$0.isWhitespace }) {
      // Emoji, and scripts without words: the model may know them.
      question.meaning = String(question.text.prefix(Words.longestText))
    }
  }

  private func isFrame(_ index: Int) -> Bool {
    !words[index].isQuoted && CommonWords.frame.contains(words[index].key)
  }
}
