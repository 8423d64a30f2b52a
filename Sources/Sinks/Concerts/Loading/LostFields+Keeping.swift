/// The rows to store with the kept values of lost fields.
extension LostFields {
  func keep(_ venue: inout VenueRow, from before: VenueRow) {
    guard !isEmpty else { return }
    let wanted = venue.details
    for (index, field) in PageField.details.enumerated() where keeps(field) {
      venue.details[index] = venue.details[index] ?? before.details[index]
    }
    // The full address is made of the other fields: without a kept part it would be cut.
    if let index = VenueRow.columns.firstIndex(of: "full_address"),
      VenueRow.addressParts.contains(where: { venue.details[$0] != wanted[$0] })
    {
      venue.details[index] = before.details[index] ?? venue.details[index]
    }
    if keeps(.isActive) { venue.isActive = venue.isActive ?? before.isActive }
  }

  /// - Parameter incoming: the artist in the document.
  func keep(_ artist: inout ArtistRow, from before: ArtistRow, for incoming: IncomingArtist) {
    guard !isEmpty else { return }
    if keeps(.artistDescription) { artist.description = artist.description ?? before.description }
    if keeps(.artistWebsite) { artist.website = artist.website ?? before.website }
    if keeps(.artistGenres), incoming.genres.isEmpty { artist.genres.formUnion(before.genres) }
    if keeps(.artistRelated), incoming.related.isEmpty {
      artist.related.formUnion(before.related)
    }
  }

  /// - Parameter incoming: the event in the document.
  func keep(_ event: inout EventRow, from before: EventRow, for incoming: IncomingEvent) {
    guard !isEmpty else { return }
    if keeps(.eventDescription) { event.description = event.description ?? before.description }
    if keeps(.eventGenres), incoming.genres.isEmpty { event.genres.formUnion(before.genres) }
    if keeps(.eventRelated), incoming.related.isEmpty { event.related.formUnion(before.related) }
  }
}
