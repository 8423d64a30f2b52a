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
