extension EventRecord.Venue {
  /// Writes an unknown `is_active` as null, instead of leaving it out.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(thoroughfare, forKey: .thoroughfare)
    try container.encode(phoneNumber, forKey: .phoneNumber)
    try container.encode(locality, forKey: .locality)
    try container.encode(state, forKey: .state)
    try container.encode(postalCode, forKey: .postalCode)
    try container.encode(fullAddress, forKey: .fullAddress)
    try container.encode(isActive, forKey: .isActive)
    try container.encode(website, forKey: .website)
    try container.encode(href, forKey: .href)
    try container.encode(eventArtist, forKey: .eventArtist)
    try container.encodeIfPresent(latitude, forKey: .latitude)
    try container.encodeIfPresent(longitude, forKey: .longitude)
  }
}

extension EventRecord {
  /// Writes an unknown time as null, instead of leaving it out: readers of the legacy system's shape expect the key.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(artist, forKey: .artist)
    try container.encode(venue, forKey: .venue)
    try container.encode(event, forKey: .event)
    try container.encode(performanceTime, forKey: .performanceTime)
    try container.encode(scrapeTime, forKey: .scrapeTime)
    try container.encodeIfPresent(origin, forKey: .origin)
  }
}
