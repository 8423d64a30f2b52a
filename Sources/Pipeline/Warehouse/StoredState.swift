/// What the database holds of the things that a document tells of, and of the other events of its date.
struct StoredState {
  struct Row<Content> {
    let id: Int
    var content: Content
  }

  struct EventRow {
    let id: Int
    var content: EventContent
    var isScheduled: Bool
  }

  /// The load of this very document, if it was loaded before.
  var loadID: Int?
  /// Whether records of this document were rejected before.
  var hasRejections = false
  var genres: Set<Key> = []
  var venues: [VenueKey: Row<VenueContent>] = [:]
  var artists: [Key: Row<ArtistContent>] = [:]
  var events: [Key: EventRow] = [:]
}
