/// Words that say nothing of what is looked for.
enum CommonWords {
  /// Words that are neither embedded nor looked up: the frame of a question.
  static let frame: Set<String> = [
    "a", "about", "an", "and", "any", "anyone", "anything", "are", "at", "be", "best", "by", "can", "concert",
    "concerts",
    "could", "do", "does", "event", "events", "find", "for", "from", "get", "gig", "gigs", "give", "go", "going",
    "good",
    "happening", "has", "have", "hear", "i", "id", "if", "im", "in", "is", "it", "like", "list", "listen", "live",
    "looking",
    "me", "music", "my", "near", "of", "on", "or", "out", "perform", "performance", "performances", "performing",
    "performs", "place", "play", "played", "playing", "plays", "please", "see", "set", "should", "show", "shows",
    "some",
    "somebody", "someone", "something", "somewhere", "that", "the", "there", "theres", "they", "this", "to", "up",
    "want",
    "was", "we", "what", "whats", "when", "where", "wheres", "which", "who", "whos", "will", "with", "would", "you",
  ]

  /// Words that many venues have in their names: alone they name none.
  static let ofVenues: Set<String> = [
    "a", "and", "at", "bar", "blues", "brewery", "cafe", "center", "centre", "church", "club", "coffee", "coffeehouse",
    "company", "hall", "hotel", "house", "inn", "jazz", "la", "le", "lounge", "music", "new", "of", "old", "on",
    "orleans",
    "park", "pub", "restaurant", "room", "saloon", "stage", "tavern", "the", "theater", "theatre", "venue",
  ]

  /// Words before a day or an hour.
  static let beforeDates: Set<String> = [
    "on", "this", "next", "coming", "for", "from", "to", "until", "till", "through", "every", "each", "by", "and", "or",
    "between", "last", "past", "before", "after", "since", "starting", "during", "in", "of", "late", "early", "mid",
  ]
}
