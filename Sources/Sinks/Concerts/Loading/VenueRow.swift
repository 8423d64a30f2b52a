import EventRecords

/// The key of a venue within its source: the address of its page, or the name of a venue without a page.
enum VenueKey: Hashable, Comparable {
  case href(Key)
  case name(Key)

  var href: String? { if case .href(let key) = self { key.text } else { nil } }
  var name: String? { if case .name(let key) = self { key.text } else { nil } }
}

/// The database columns of a venue.
struct VenueRow: Equatable {
  /// The columns that come from the venue's page, in the order of `details`.
  static let columns = [
    "phone_number", "thoroughfare", "locality", "state", "postal_code", "full_address", "website",
  ]

  /// The indexes in `details` of the fields that the full address is made of.
  static let addressParts = ["thoroughfare", "locality", "state", "postal_code"].compactMap(columns.firstIndex)

  /// The address of the venue's page; nil if none is known.
  var href: String?
  var name: String
  var details: [String?]
  var isActive: Bool?
  var isIndoors: Bool?
  var isStreaming: Bool?

  /// Returns a copy with the gaps filled from another venue.
  func filled(from other: VenueRow) -> VenueRow {
    var copy = self
    copy.details = zip(details, other.details).map { $0 ?? $1 }
    copy.href = href ?? other.href
    copy.isActive = isActive ?? other.isActive
    return copy
  }
}

extension VenueRow {
  /// - Parameter isStub: true if the record's values, other than the name, are made-up defaults.
  init(_ venue: EventRecord.Venue, name: String, isStub: Bool) {
    let details =
      isStub
      ? Self.columns.map { _ in nil }
      : [
        venue.phoneNumber.nonBlank, venue.thoroughfare.nonBlank, venue.locality.nonBlank, venue.state.nonBlank,
        venue.postalCode.nonBlank, venue.fullAddress.nonBlank, venue.website.nonBlank,
      ]
    // The legacy system's rules.
    let words = name.lowercased()
    self.init(
      href: venue.href.nonBlank, name: name, details: details, isActive: isStub ? nil : venue.isActive,
      isIndoors: !words.contains("outdoor"),
      isStreaming: words.contains("streaming"))
  }
}
