import Time

/// Understands questions such as `brass band near Frenchmen Street on Saturday night`. It knows a fixed set of English
/// phrases and the names of the database; what is left of a question is compared by meaning.
public struct QuestionParser: Sendable {
  private let names: KnownNames
  private let today: CalendarDate

  /// - Parameters:
  ///   - names: what the database has.
  ///   - today: the local day on which the question is asked.
  public init(names: KnownNames, today: CalendarDate) {
    self.names = names
    self.today = today
  }

  /// Reads a question. Any text is one; what is not understood is left in `meaning`.
  public func question(_ text: String) -> Question {
    var reading = Reading(text, names: names, today: today)
    reading.protectNames()
    reading.readDays()
    reading.readHours()
    if reading.isToday, reading.question.days == nil { reading.question.days = Days(today) }
    reading.readPlace()
    reading.readNames()
    reading.readGenres()
    reading.readRest()
    return reading.question
  }

  /// Finds the place that an option names: a venue, a street or a city.
  /// - Returns: nil if nothing is called so.
  public func place(_ text: String, within: Double?) -> Place? {
    let reading = Reading("", names: names, today: today)
    return reading.place(Words.of(text).map(\.key), after: within == nil ? .at : .near).map { place in
      var place = place
      if let within { place.within = within }
      return place
    }
  }

  /// Returns the genres of the database that a word names: `brass bands` names Brass Band.
  public func genres(_ text: String) -> [String] {
    names.genreForms[GenreForms.stem(NameKey.words(ofName: text).joined(separator: " "))] ?? []
  }
}
