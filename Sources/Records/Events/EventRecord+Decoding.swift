/// Decodes a missing or null text as an empty one, and a missing or null list as an empty list, since documents of the
/// legacy system leave them out. A value of another type is an error. Coordinates are not read: only the database gives
/// them.
extension KeyedDecodingContainer {
  func text(_ key: Key) throws -> String { try decodeIfPresent(String.self, forKey: key) ?? "" }

  func list<Element: Decodable>(_ key: Key) throws -> [Element] {
    try decodeIfPresent([Element].self, forKey: key) ?? []
  }
}

extension EventRecord.Artist {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try container.text(.name),
      description: try container.text(.description),
      genres: try container.list(.genres),
      relatedArtists: try container.list(.relatedArtists),
      href: try container.text(.href),
      website: try container.text(.website))
  }
}

extension EventRecord.Venue {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try container.text(.name),
      thoroughfare: try container.text(.thoroughfare),
      phoneNumber: try container.text(.phoneNumber),
      locality: try container.text(.locality),
      state: try container.text(.state),
      postalCode: try container.text(.postalCode),
      fullAddress: try container.text(.fullAddress),
      isActive: try container.decodeIfPresent(Bool.self, forKey: .isActive),
      website: try container.text(.website),
      href: try container.text(.href),
      eventArtist: try container.text(.eventArtist))
  }
}

extension EventRecord.Event {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      date: try container.text(.date),
      href: try container.text(.href),
      eventArtist: try container.text(.eventArtist),
      artistHref: try container.text(.artistHref),
      description: try container.text(.description),
      relatedArtists: try container.list(.relatedArtists),
      genres: try container.list(.genres),
      status: try container.decodeIfPresent(String.self, forKey: .status))
  }
}

extension EventRecord.RelatedArtist {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      name: try container.text(.name),
      href: try container.text(.href))
  }
}

extension EventRecord.Origin {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      dataset: try container.decode(String.self, forKey: .dataset),
      listingURL: try container.decode(String.self, forKey: .listingURL),
      failedPages: try container.decode([String].self, forKey: .failedPages),
      pageTimes: try container.decodeIfPresent(EventRecord.PageTimes.self, forKey: .pageTimes) ?? .init())
  }
}
