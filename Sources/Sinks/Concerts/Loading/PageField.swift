/// A field of the database that comes from one kind of detail page.
struct PageField: Hashable, Comparable {
  /// The entity that the page describes.
  enum Kind: String { case venue, event, artist }

  let kind: Kind
  /// The column, or the records' name of a list.
  let name: String

  static let isActive = PageField(kind: .venue, name: "is_active")
  static let eventDescription = PageField(kind: .event, name: "description")
  static let eventGenres = PageField(kind: .event, name: "genres")
  static let eventRelated = PageField(kind: .event, name: "related_artists")
  static let artistDescription = PageField(kind: .artist, name: "description")
  static let artistWebsite = PageField(kind: .artist, name: "website")
  static let artistGenres = PageField(kind: .artist, name: "genres")
  static let artistRelated = PageField(kind: .artist, name: "related_artists")
  /// The fields of `VenueRow.details`, in their order.
  static let details = VenueRow.columns.map { PageField(kind: .venue, name: $0) }

  /// The key of the field's tally: `venue.phone_number`.
  var key: String { "\(kind.rawValue).\(name)" }

  static func < (left: Self, right: Self) -> Bool { left.key < right.key }
}
