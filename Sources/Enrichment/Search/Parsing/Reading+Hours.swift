extension Hours {
  /// The hours that people call tonight: from five in the afternoon until four in the morning.
  static let tonight = Hours(from: 17 * 60, to: 28 * 60)
  static let lateNight = Hours(from: 22 * 60, to: 29 * 60)
  static let afterMidnight = Hours(from: 24 * 60, to: 29 * 60, isRequired: true)

  /// The parts of a day by their names.
  static let parts: [String: Hours] = {
    let parts: [(words: [String], from: Int, to: Int)] = [
      (["morning", "mornings"], 6, 12), (["brunch"], 9, 15), (["noon", "midday", "lunch", "lunchtime"], 11, 14),
      (["afternoon", "afternoons", "matinee"], 12, 18), (["daytime"], 9, 18), (["evening", "evenings", "eve"], 17, 22),
      (["night", "nights", "nite", "nighttime"], 19, 28),
    ]
    return Dictionary(
      parts.flatMap { part in part.words.map { ($0, Hours(from: part.from * 60, to: part.to * 60)) } },
      uniquingKeysWith: { first, _ in first })
  }()
}

extension Reading {
  private static let beforeParts: Set<String> = ["this", "that", "every", "each", "at", "late", "early"]

  /// Reads which time of day the question names. A clock's time says more than a part of the day.
  mutating func readHours() {
    var part: Hours?
    for index in words.indices {
      if let (hours, range) = partOfDay(at: index) {
        part = part ?? hours
        take(range, as: .hours)
      }
    }
    let isMorning = part == Hours.parts["morning"]
    for index in words.indices {
      guard let (hours, range) = ClockPhrases(reading: self, isMorning: isMorning).phrase(at: index) else { continue }
      part = hours
      take(range, as: .hours)
      break
    }
    if let part { question.hours = part }
  }

  private func isDay(_ index: Int) -> Bool { index < words.count && roles[index] == .date }

  private mutating func partOfDay(at index: Int) -> (Hours, Range<Int>)? {
    guard let word = key(index) else { return nil }
    let before = index > 0 ? words[index - 1].key : ""
    let isAfterDay = index > 0 && roles[index - 1] == .date
    switch word {
    case "late" where isDay(index + 1) || key(index + 1) == "on" && isDay(index + 2):
      return (.lateNight, index..<index + 1)
    case "late" where isAfterDay && key(index + 1).map({ Hours.parts[$0] == nil }) ?? true:
      return (.lateNight, index..<index + 1)
    case "late" where key(index + 1) == "at" && key(index + 2) == "night": return (.lateNight, index..<index + 3)
    case "late" where ["night", "nights", "nite"].contains(key(index + 1)): return (.lateNight, index..<index + 2)
    case "after", "past":
      return key(index + 1) == "midnight" ? (.afterMidnight, index..<index + 2) : nil
    case "early" where ["evening", "night"].contains(key(index + 1)):
      return (Hours(from: 16 * 60, to: 20 * 60), index..<index + 2)
    default: break
    }
    // `at noon` is a clock's time.
    guard let hours = Hours.parts[word], word != "noon" || before != "at" else { return nil }
    // Brunch is a time, and a kind of event: the word stays in what is compared by meaning.
    if word == "brunch" { return (hours, index..<index) }
    let isAfterArticle = before == "the" && index > 1 && ["in", "during"].contains(words[index - 2].key)
    guard isAfterDay || isAfterArticle || Self.beforeParts.contains(before) && key(index - 1) != nil else { return nil }
    if before == "this" { isToday = true }
    return (hours, (before == "this" || before == "that" ? index - 1 : index)..<index + 1)
  }
}
