import Time

/// What is to be stored of the things that a document tells of, over what is stored.
///
/// Venues and acts are shared by all dates, whose documents are loaded, and replayed, in any order. So a row has ages:
/// - A venue's name is what the latest listing calls it (`listed_at`).
/// - All else is what its own page told when it was last read (`page_read_at`), with nothing of an older page in its gaps.
///   A page that was not read tells nothing, and has no age. Documents of earlier versions do not say when their pages
///   were read: they are as old as the listing.
/// - What is as old as the row is not older: by other code the same page overwrites what it told.
/// - What accumulates has no age: acts that are related by events, and that there is such a venue, act or genre.
///
/// A row is written only when it changes, its ages too: a reading that changed nothing has left no trace. What was told
/// between the last change and it (a page that changed and changed back), if it is loaded after it, stays until the page is
/// read again.
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
      // Two pages that link to an act by different addresses must not undo each other's every night.
      content.href = [href, before.href].compactMap { $0 }.min()
      content.description = description ?? before.description
      content.website = website ?? before.website
      content.genres.formUnion(genres.compactMap { stored.genres[$0]?.id })
      content.related.formUnion(related.compactMap { stored.artists[$0]?.id })
    }
    content.href = content.href ?? href
    content.relatedByEvents = byEvents
    content.related.subtract(byEvents)
    return content
  }
}

extension IncomingEvent {
  /// What is to be stored of the event.
  func content(
    of date: CalendarDate, at place: VenueRow?, over before: EventRow?, in stored: ExistingRows
  ) -> EventRow {
    var content = EventRow(
      date: date, time: time, artistName: artistName, artistID: stored.artists[artist]?.id, venueName: venueName,
      venueID: stored.venues[venue]?.id, description: description,
      genres: Set(genres.compactMap { stored.genres[$0]?.id }), isIndoors: place?.isIndoors,
      isStreaming: place?.isStreaming, isScheduled: true)
    if let before {
      if !pageWasRead { content.description = description ?? before.description }
      if !genresAreKnown { content.genres.formUnion(before.genres) }
    }
    return content
  }
}
