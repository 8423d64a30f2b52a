/// The difference between what a document tells and what is stored: what is to be written, in the order of the keys, so
/// that loads that run at once take their locks in one order.
struct LoadPlan {
  struct Pair {
    let owner: Key
    let name: Key
  }

  var newGenres: [Key] = []
  var newVenues: [(key: VenueKey, content: VenueContent)] = []
  var changedVenues: [(id: Int, content: VenueContent)] = []
  var newArtists: [(name: Key, content: ArtistContent)] = []
  var changedArtists: [(id: Int, content: ArtistContent)] = []
  var newEvents: [(href: Key, event: ToldEvent)] = []
  var changedEvents: [(id: Int, href: Key, event: ToldEvent)] = []
  /// Scheduled until now, and not in the listing any more.
  var cancelledEvents: [Int] = []
  var addedEventGenres: [Pair] = []
  var removedEventGenres: [Pair] = []
  var addedArtistGenres: [Pair] = []
  var removedArtistGenres: [Pair] = []
  var addedRelations: [(pair: Pair, isFromEvent: Bool)] = []
  var removedRelations: [Pair] = []
  /// Relations that only an artist's page told of until now, and an event's page does now.
  var confirmedRelations: [Pair] = []
  var counts = LoadCounts()

  init(_ intake: Intake, over stored: StoredState) {
    newGenres = intake.genres.subtracting(stored.genres).sorted()
    counts.genres = Tally(
      found: intake.genres.count, new: newGenres.count, unchanged: intake.genres.intersection(stored.genres).count)
    planVenues(intake.venues, over: stored.venues)
    planArtists(intake.artists, over: stored.artists)
    planEvents(intake.events, over: stored.events)
    if let listed = intake.listed {
      cancelledEvents = stored.events.filter { $0.value.isScheduled && !listed.contains($0.key) }.map(\.value.id)
        .sorted()
    }
    counts.events.found += intake.duplicates + intake.rejections.count
    counts.events.unchanged += intake.duplicates
    counts.events.rejected = intake.rejections.count
    for rejection in intake.rejections { counts.add(rejection.reason) }
  }

  private mutating func planVenues(
    _ told: [VenueKey: Told<VenueContent>], over stored: [VenueKey: StoredState.Row<VenueContent>]
  ) {
    counts.venues.found = told.count
    for (key, venue) in told.sorted(by: { $0.key < $1.key }) {
      guard let row = stored[key] else {
        newVenues.append((key, venue.content))
        counts.venues.new += 1
        continue
      }
      let wanted = venue.isWhole ? venue.content : venue.content.filled(from: row.content)
      if wanted == row.content {
        counts.venues.unchanged += 1
      } else {
        changedVenues.append((row.id, wanted))
        counts.venues.changed += 1
      }
    }
  }

  private mutating func planArtists(
    _ told: [Key: Told<ArtistContent>], over stored: [Key: StoredState.Row<ArtistContent>]
  ) {
    counts.artists.found = told.count
    for (name, artist) in told.sorted(by: { $0.key < $1.key }) {
      let row = stored[name]
      let before = row?.content ?? ArtistContent()
      var wanted = artist.isWhole ? artist.content : artist.content.filled(from: before)
      wanted.href = artist.content.href ?? before.href
      wanted.relatedByEvents.formUnion(before.relatedByEvents)
      wanted.related.subtract(wanted.relatedByEvents)
      let joinsChange = planJoins(of: name, from: before, to: wanted)
      let rowChanges =
        (wanted.href, wanted.description, wanted.website) != (before.href, before.description, before.website)
      if let row {
        if rowChanges { changedArtists.append((row.id, wanted)) }
        if rowChanges || joinsChange { counts.artists.changed += 1 } else { counts.artists.unchanged += 1 }
      } else {
        newArtists.append((name, wanted))
        counts.artists.new += 1
      }
    }
  }

  /// - Returns: whether there is a difference that a reader sees.
  private mutating func planJoins(of name: Key, from before: ArtistContent, to wanted: ArtistContent) -> Bool {
    let pair = { Pair(owner: name, name: $0) }
    let known = before.related.union(before.relatedByEvents)
    let addedGenres = wanted.genres.subtracting(before.genres)
    let removedGenres = before.genres.subtracting(wanted.genres)
    let added = wanted.related.union(wanted.relatedByEvents).subtracting(known)
    let removed = before.related.subtracting(wanted.related).subtracting(wanted.relatedByEvents)
    addedArtistGenres += addedGenres.sorted().map(pair)
    removedArtistGenres += removedGenres.sorted().map(pair)
    addedRelations += added.sorted().map { (pair($0), wanted.relatedByEvents.contains($0)) }
    removedRelations += removed.sorted().map(pair)
    confirmedRelations += before.related.intersection(wanted.relatedByEvents).sorted().map(pair)
    return !(addedGenres.isEmpty && removedGenres.isEmpty && added.isEmpty && removed.isEmpty)
  }

  private mutating func planEvents(_ told: [Key: ToldEvent], over stored: [Key: StoredState.EventRow]) {
    counts.events.found = told.count
    for (href, event) in told.sorted(by: { $0.key < $1.key }) {
      guard let row = stored[href] else {
        newEvents.append((href, event))
        addedEventGenres += event.content.genres.sorted().map { Pair(owner: href, name: $0) }
        counts.events.new += 1
        continue
      }
      var wanted = event
      if !event.pageWasRead { wanted.content.description = event.content.description ?? row.content.description }
      if !event.genresAreKnown { wanted.content.genres.formUnion(row.content.genres) }
      guard wanted.content != row.content || !row.isScheduled else {
        counts.events.unchanged += 1
        continue
      }
      changedEvents.append((row.id, href, wanted))
      let (before, after) = (row.content.genres, wanted.content.genres)
      addedEventGenres += after.subtracting(before).sorted().map { Pair(owner: href, name: $0) }
      removedEventGenres += before.subtracting(after).sorted().map { Pair(owner: href, name: $0) }
      counts.events.changed += 1
    }
  }
}

extension LoadCounts {
  /// Counts the venue or the act that a rejected record should have named.
  fileprivate mutating func add(_ reason: Rejection.Reason) {
    switch reason {
    case .noVenueName:
      venues.found += 1
      venues.rejected += 1
    case .noActName:
      artists.found += 1
      artists.rejected += 1
    default: break
    }
  }
}
