import Time

/// The rows to store: the entities of a document, merged with the stored rows.
///
/// Venues and artists are shared by all dates, whose documents are loaded, and replayed, in any order. So a row has
/// timestamps:
/// - A venue's name is that of the latest listing (`listed_at`).
/// - Every other field is from the entity's own page when it was last read (`page_read_at`). Gaps are not filled from an
///   older page. A page that was not read has no time. Documents of earlier versions do not say when their pages were
///   read: the time is the listing's.
/// - A page of the same time as the row overwrites it: newer code may read the same page differently.
/// - An event, with its related artists, belongs to one date. A later listing of the date supersedes the whole document, so
///   it needs no time of its own.
/// - Facts that accumulate have no time: that any event ever related two artists (`artist_relations.from_event`), and the
///   existence of a venue, an artist or a genre.
///
/// Timestamps are updated only when the row changes. Known limitation: if a page changes and changes back, loading the
/// middle version late can leave it in place until the page is read again.
extension IncomingVenue {
  func content(over before: VenueRow, of row: ExistingRows.Row<VenueRow>) -> VenueRow {
    var content = pageWasRead ? content : content.filled(from: before)
    content.href = content.href ?? before.href
    if row.isNamedLater {
      content.name = before.name
      content.isIndoors = before.isIndoors
      content.isStreaming = before.isStreaming
    }
    if row.isReadLater {
      content.details = before.details
      content.isActive = before.isActive
    }
    return content
  }
}

extension IncomingArtist {
  func content(over before: ArtistRow, isReadLater: Bool, in stored: ExistingRows) -> ArtistRow {
    let byEvents = before.relatedByEvents.union(relatedByEvents.compactMap { stored.artists[$0]?.id })
    var content = before
    if !isReadLater, pageWasRead {
      content.href = href
      content.description = description
      content.website = website
      content.genres = Set(genres.compactMap { stored.genres[$0]?.id })
      content.related = Set(related.compactMap { stored.artists[$0]?.id })
    } else if !isReadLater {
      // Two pages that link to an artist by different addresses must not undo each other's in every run.
      content.href = [href, before.href].compactMap { $0 }.min()
      content.description = description ?? before.description
      content.website = website ?? before.website
      content.genres.formUnion(genres.compactMap { stored.genres[$0]?.id })
      content.related.formUnion(related.compactMap { stored.artists[$0]?.id })
    }
    content.href = content.href ?? href
    content.relatedByEvents = byEvents
    return content
  }
}

extension IncomingEvent {
  func content(
    of date: CalendarDate, at incomingVenue: VenueRow?, over before: EventRow?, in stored: ExistingRows
  ) -> EventRow {
    var content = EventRow(
      date: date, time: time, artistName: artistName, artistID: stored.artists[artist]?.id, venueName: venueName,
      venueID: stored.venues[venue]?.id, description: description,
      genres: Set(genres.compactMap { stored.genres[$0]?.id }),
      related: Set(related.compactMap { stored.artists[$0]?.id }), isIndoors: incomingVenue?.isIndoors,
      isStreaming: incomingVenue?.isStreaming, isScheduled: !isCancelled)
    if let before {
      if !pageWasRead { content.description = description ?? before.description }
      if !genresAreKnown { content.genres.formUnion(before.genres) }
      if !pageWasRead { content.related.formUnion(before.related) }
    }
    // The event may have been another artist's before.
    if let artist = content.artistID { content.related.remove(artist) }
    return content
  }
}
