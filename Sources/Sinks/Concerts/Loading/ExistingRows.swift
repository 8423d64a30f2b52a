/// What the database holds of the things that a document tells of, and of the other events of its date.
struct ExistingRows {
  /// A thing that the document tells of: its number, given just now if it is new, and what is stored of it unless it is
  /// new.
  struct Row<Content> {
    let id: Int
    var content: Content?
    /// Whether a later listing named it, of whatever date.
    var isNamedLater = false
    /// Whether its own page was read later than what this document tells of it.
    var isReadLater = false
  }

  /// The number of this document's load.
  var loadID = 0
  /// How many records of this very document were rejected when it was loaded before; nil when it was not.
  var rejectedBefore: Int?
  /// What this run has loaded of this very document before: it asks again, because the answer was lost.
  var countsInThisRun: LoadCounts?
  var wasLoaded: Bool { rejectedBefore != nil }
  /// Whether what was loaded was read when this document was, and took effect.
  var isSameListing = false
  /// Whether records of the date were rejected before, of this document or another, and nothing made an end of it yet.
  var hasOpenRejections = false
  /// Whether a later listing of the date was loaded.
  var isSuperseded = false
  var genres: [Key: Row<Void>] = [:]
  /// Names of genres that events have, by their numbers.
  var genreNames: [Int: String] = [:]
  var venues: [VenueKey: Row<VenueRow>] = [:]
  var artists: [Key: Row<ArtistRow>] = [:]
  var events: [Key: Row<EventRow>] = [:]
  /// Those that a later listing of another date has: they have moved there.
  var movedEvents: Set<Key> = []
  /// The numbers of the events of the document's date that are scheduled, by their addresses.
  var scheduled: [Key: Int] = [:]
}
