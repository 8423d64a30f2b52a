extension Reading {
  /// Names that have a day or an hour in them, such as a band called Saturday Night: their words are no days then. After a
  /// word that stands before days they are: `on Saturday night`.
  mutating func protectNames() {
    let finder = DayPhrases(self)
    for range in nameRanges() {
      let isDated = range.contains { finder.phrase(at: $0) != nil || Hours.parts[words[$0].key] != nil }
      let before = range.lowerBound > 0 ? words[range.lowerBound - 1].key : ""
      guard isDated, !CommonWords.beforeDates.contains(before) || words[range.lowerBound].isQuoted,
        isWrittenAsName(range)
      else { continue }
      take(range, as: .name)
      add(range)
    }
  }

  /// `Saturday Night` is a name, `Saturday night` a day. In a question without capitals it may be either: alone it is a day.
  private func isWrittenAsName(_ range: Range<Int>) -> Bool {
    if words[range.lowerBound].isQuoted || words[range.upperBound - 1].isCapitalized { return true }
    return !words.contains { $0.isCapitalized } && range.count < words.count
  }

  /// Reads which artists the question names, and the venues that it names without a word such as `at` before them.
  mutating func readNames() {
    for range in nameRanges() where range.allSatisfy({ roles[$0] == nil }) {
      take(range, as: .name)
      add(range)
    }
  }

  private mutating func add(_ range: Range<Int>) {
    let name = nameKey(range)
    for id in names.artistsByName[name] ?? [] {
      if let artist = names.artists.first(where: { $0.id == id }), !question.artists.contains(artist) {
        question.artists.append(artist)
      }
    }
    // One word of several meanings chooses no place: it only weighs in the comparison of words.
    guard question.place == nil, names.artistsByName[name] == nil, let venues = names.venuesByName[name],
      let venue = names.venues.first(where: { $0.id == venues[0] })
    else { return }
    question.place = Place("at \(venue.name)", venues: venues)
    question.place?.isVenue = true
    take(range, as: .place)
  }

  /// True if the question has the full name of a venue in it.
  func namesVenue() -> Bool {
    nameRanges().contains { range in
      range.count > 1 && range.allSatisfy { roles[$0] == nil } && names.venuesByName[nameKey(range)] != nil
    }
  }

  /// The longest names first; no two overlap.
  private func nameRanges() -> [Range<Int>] {
    guard names.longestName > 0 else { return [] }
    var found: [Range<Int>] = []
    // With its article a name is one word longer.
    for count in stride(from: min(names.longestName + 1, words.count), to: 0, by: -1) {
      for start in 0...(words.count - count) {
        let range = start..<start + count
        guard !found.contains(where: { $0.overlaps(range) }), isName(range) else { continue }
        found.append(range)
      }
    }
    return found.sorted { $0.lowerBound < $1.lowerBound }
  }

  private func nameKey(_ range: Range<Int>) -> String {
    let hasArticle = range.count > 1 && words[range.lowerBound].key == "the"
    return joined(range.dropFirst(hasArticle ? 1 : 0)).replacing("&", with: " and ")
  }

  private func isName(_ range: Range<Int>) -> Bool {
    let name = nameKey(range)
    guard names.artistsByName[name] != nil || names.venuesByName[name] != nil else { return false }
    if words[range.lowerBound].isQuoted { return true }
    // A band called Brass Band, or Jazz: the question means the music.
    guard names.genreForms[GenreForms.stem(name)] == nil else { return false }
    guard !name.contains(" ") else { return true }
    let isWritten = words[range.upperBound - 1].isCapitalized && range.lowerBound > 0
    return name.count >= 4 && !CommonWords.frame.contains(name) && !CommonWords.ofVenues.contains(name)
      && (isWritten || !words.contains { $0.isCapitalized })
  }
}
