/// The stored rows of the entities that a document has, and of the other events of its date.
struct ExistingRows {
  /// An entity of the document. A new one has an id from the table's sequence, and no content.
  struct Row<Content> {
    /// The content on the heap: most artists of a large document are new and have none, and a table of 200,000 rows
    /// with room for it takes 60 MB.
    private indirect enum Box {
      case empty
      case full(Content)
    }

    let id: Int
    /// True if a later listing, of any date, has named it.
    let isNamedLater: Bool
    /// True if its own page was read later than for this document.
    let isReadLater: Bool
    private var box: Box

    init(id: Int, content: Content?, isNamedLater: Bool = false, isReadLater: Bool = false) {
      self.id = id
      self.isNamedLater = isNamedLater
      self.isReadLater = isReadLater
      box = content.map(Box.full) ?? .empty
    }

    var content: Content? {
      get { if case .full(let content) = box { content } else { nil } }
      _modify {
        // The box is emptied first, so that a set in the content is changed in place and not copied.
        var content = content
        box = .empty
        defer { box = content.map(Box.full) ?? .empty }
        yield &content
      }
    }
  }

  /// The id of this document's load.
  var loadID = 0
  /// The number of records that were rejected when this document was loaded before; nil if it was not.
  var rejectedBefore: Int?
  /// The notice of this document's earlier load; nil if it had none.
  var noticeBefore: String?
  /// The sums of the tallies of the run's earlier loads, by `PageField.key`.
  var talliesOfRun: [String: FieldTally] = [:]
  /// The counts of this document's earlier load in this run: the load is retried because the response was lost.
  var countsInThisRun: LoadCounts?
  var wasLoaded: Bool { rejectedBefore != nil }
  /// True if the earlier load of this document was of the same listing, and took effect.
  var isSameListing = false
  /// True if rejected records of the date, of any document, are unresolved.
  var hasOpenRejections = false
  /// True if a later listing of the date was loaded.
  var isSuperseded = false
  var genres: [Key: Row<Void>] = [:]
  /// Names of the events' genres, by id.
  var genreNames: [Int: String] = [:]
  var venues: [VenueKey: Row<VenueRow>] = [:]
  var artists: [Key: Row<ArtistRow>] = [:]
  var events: [Key: Row<EventRow>] = [:]
  /// The ids of related artists that an event has from before they were kept by event. See `Migration.relatedArtists`.
  var inheritedRelated: [Key: Set<Int>] = [:]
  /// The events that a later listing of another date has: they have moved there.
  var movedEvents: Set<Key> = []
  /// The ids of the scheduled events of the document's date, by address.
  var scheduled: [Key: Int] = [:]
}
