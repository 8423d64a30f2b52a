import EventRecords

/// What tells venues of one source apart: the address of their page, or the name of one that has none.
enum VenueKey: Hashable, Comparable {
  case href(Key)
  case name(Key)

  var href: String? { if case .href(let key) = self { key.text } else { nil } }
  var name: String? { if case .name(let key) = self { key.text } else { nil } }
}

/// A venue, as a document tells of it or as it is stored.
struct VenueRow: Equatable {
  /// The columns that a venue's page fills, in the order of `details`.
  static let columns = [
    "phone_number", "thoroughfare", "locality", "state", "postal_code", "full_address", "website",
  ]

  /// The address of its page; nil when none is known.
  var href: String?
  var name: String
  var details: [String?]
  var isActive: Bool?
  var isIndoors: Bool?
  var isStreaming: Bool?

  /// This, with the gaps filled from another.
  func filled(from other: VenueRow) -> VenueRow {
    var copy = self
    copy.details = zip(details, other.details).map { $0 ?? $1 }
    copy.href = href ?? other.href
    copy.isActive = isActive ?? other.isActive
    return copy
  }
}

extension VenueRow {
  /// - Parameter isStub: whether what the record tells beside the name is made up.
  init(_ venue: EventRecord.Venue, name: String, isStub: Bool) {
    let details =
      isStub
      ? Self.columns.map { _ in nil }
      : [
        venue.phoneNumber.nonBlank, venue.thoroughfare.nonBlank, venue.locality.nonBlank, venue.state.nonBlank,
        venue.postalCode.nonBlank, venue.fullAddress.nonBlank, venue.website.nonBlank,
      ]
    // System 000's rules.
    let words = name.lowercased()
    self.init(
      href: venue.href.nonBlank, name: name, details: details, isActive: isStub ? nil : venue.isActive,
      isIndoors: !words.contains("outdoor"),
      isStreaming: words.contains("streaming"))
  }
}
