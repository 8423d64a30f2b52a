extension EmbeddedText {
  /// The facts about a venue of which its text is made.
  public struct Venue: Equatable, Sendable {
    public var name: String?
    public var fullAddress: String?
    public var thoroughfare: String?
    public var locality: String?
    public var state: String?
    public var postalCode: String?
    public var description: String?
    public var isIndoors: Bool?
    /// The number of persons.
    public var capacity: Int?
    public var isStreaming: Bool?
    /// `Brass, Jazz`.
    public var genres: String?

    public init(name: String?) { self.name = name }

    /// `532 Frenchmen St, New Orleans, LA 70116`. Without the address in one line, it takes street, city and state: a part
    /// of them alone is no address.
    var address: String? {
      if let fullAddress = fullAddress.nonEmpty { return fullAddress }
      guard let thoroughfare = thoroughfare.nonEmpty, let locality = locality.nonEmpty, let state = state.nonEmpty
      else { return nil }
      return "\(thoroughfare), \(locality), \(state)" + (postalCode.nonEmpty.map { " \($0)" } ?? "")
    }

    /// `indoor venue, intimate venue`. An unknown fact is left out, and a capacity of 0 is unknown.
    var characteristics: String? {
      let size: String? =
        switch capacity ?? 0 {
        case ...0: nil
        case ..<100: "intimate venue"
        case ..<500: "medium-sized venue"
        default: "large venue"
        }
      return [
        isIndoors.map { $0 ? "indoor venue" : "outdoor venue" }, size, isStreaming == true ? "streaming venue" : nil,
      ].compactMap(\.self).joined(separator: ", ")
    }
  }

  /// Returns the text of a venue's `venue_info_embedding`.
  public static func venue(_ venue: Venue) -> String? {
    joined([
      venue.name, venue.address.labelled("Address"), venue.description,
      venue.characteristics.labelled("Characteristics"), venue.genres.labelled("Genres"),
    ])
  }
}
