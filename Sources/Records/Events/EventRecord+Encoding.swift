extension EventRecord.Venue {
  /// Whether a venue is active is null when it is not known, not left out.
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
  }
}

extension EventRecord {
  /// A time that is not known is written as null, not left out: readers of system 000's shape expect the key.
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
