import Time

/// The conditions and preferences of one search.
struct Criteria: Equatable {
  var days: Days
  /// True if the question names the days.
  var hasDays: Bool
  var hours: Hours?
  var place: Place?
  var genres: [String] = []
  var likedGenres: [String] = []
  var artists: [Int] = []
  var words = ""
  /// True for days that the caller has fixed: they are not relaxed.
  var keepsDays = false
  /// The same for the place.
  var keepsPlace = false

  init(_ question: Question, _ options: SearchOptions, today: CalendarDate) {
    hasDays = options.days != nil || question.days != nil
    days = options.days ?? question.days ?? Days(from: today, to: nil)
    // `until Sunday` begins today.
    if days.from == nil, let to = days.to, to >= today { days.from = today }
    hours = question.hours
    place = options.place ?? question.place
    if let within = options.within { place?.within = within }
    genres = options.genres
    likedGenres = question.genres
    artists = question.artists.map(\.id)
    words = question.words
    keepsDays = options.days != nil
    keepsPlace = options.place != nil || options.within != nil
  }

  /// The conditions in words.
  var description: String {
    var parts: [String] = []
    if hasDays { parts.append(days.description) }
    if let hours { parts.append(hours.description) }
    if let place {
      parts.append(place.description + (place.within.map { " (within \(Int($0)) m)" } ?? ""))
    }
    if !genres.isEmpty { parts.append(genres.joined(separator: " or ")) }
    return parts.joined(separator: ", ")
  }

  /// The criteria that are tried one after another where these leave nothing: each gives up more of the question. Who asks
  /// for a venue is shown its other days; who asks for what is near is shown that night's other places.
  func relaxed(today: CalendarDate) -> [Criteria] {
    var found: [Criteria] = []
    func add(_ change: (inout Criteria) -> Void) {
      var next = found.last ?? self
      change(&next)
      if next != (found.last ?? self) { found.append(next) }
    }
    add { $0.hours?.isRequired = false }
    add { if !$0.keepsPlace, let within = $0.place?.within { $0.place?.within = within * 3 } }
    let base = found.last ?? self
    func withoutPlace(_ criteria: inout Criteria) { if !keepsPlace { criteria.place = nil } }
    func withoutDays(_ criteria: inout Criteria) {
      guard !keepsDays, hasDays else { return }
      criteria.days = Days(from: today, to: nil)
      criteria.hasDays = false
    }
    if base.place?.isVenue == true {
      add(withoutDays)
      guard !keepsPlace else { return found }
      // The venue has nothing at all: its name is no condition.
      var elsewhere = base
      withoutPlace(&elsewhere)
      found.append(elsewhere)
    } else {
      add(withoutPlace)
    }
    add(withoutDays)
    return found
  }
}
