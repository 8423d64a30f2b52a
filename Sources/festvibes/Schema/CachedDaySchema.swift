import Foundation

/// The JSON Schema of a cached day, the value of `events:YYYY-MM-DD`. It describes every key that `EventRecord` encodes.
/// Readers must accept more keys: the value may gain some, and never loses any.
enum CachedDaySchema {
  typealias Schema = [String: Any]

  nonisolated(unsafe) static let value: Schema = [
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Cached day",
    "description":
      "The value of the Redis key events:YYYY-MM-DD: the scheduled events of a local day, by time, those without a time "
      + "last. cancelled:YYYY-MM-DD has the cancelled ones of today and the next 7 days, in the same shape. A day without "
      + "events is an empty array. A text that the source does not give is empty.",
    "type": "array",
    "items": record,
  ]

  private static var record: Schema {
    object(
      "An event with its artist and its venue.",
      ["artist_data": artist, "venue_data": venue, "event_data": event]
        .merging([
          "performance_time": [
            "type": ["string", "null"], "format": "date-time",
            "description":
              "When it begins, RFC 3339 with the offset of the source's zone; null if the source gives no time.",
          ] as Schema,
          "scrape_time": text("When the listing was read, RFC 3339; empty if that is unknown.", format: nil),
        ]) { $1 })
  }

  private static var artist: Schema {
    object(
      "The artist.",
      [
        "name": text("The artist's name."), "description": text("From the artist's page."),
        "genres": texts("The artist's genres, sorted."),
        "related_artists": texts("Names of related artists, sorted."),
        "wwoz_artist_href": text("The path of the artist's page at the source, /artists/…."),
        "website": text("The artist's own site, a URL."),
      ])
  }

  private static var venue: Schema {
    object(
      "The venue.",
      [
        "name": text("The venue's name."), "thoroughfare": text("Street and number."),
        "phone_number": text("As the venue's page has it."), "locality": text("City."), "state": text("State, as LA."),
        "postal_code": text("ZIP code."), "full_address": text("The address in one line."),
        "is_active": [
          "type": ["boolean", "null"], "description": "True if the venue is open; null if the source does not say.",
        ] as Schema,
        "website": text("The venue's own site, a URL."),
        "wwoz_venue_href": text("The path of the venue's page at the source, /organizations/…."),
        "event_artist": text("The artist as listed for this event."),
      ],
      optional: [
        "latitude": number("Degrees north, WGS 84; left out if it is unknown."),
        "longitude": number("Degrees east, WGS 84; left out if it is unknown."),
      ])
  }

  private static var event: Schema {
    object(
      "The event.",
      [
        "event_date": ["type": "string", "format": "date", "description": "The local day, YYYY-MM-DD."] as Schema,
        "wwoz_event_href": text(
          "The path of the event's page at the source, /events/…; with the source the event's key."),
        "event_artist": text("The artist as listed."), "wwoz_artist_href": text("As in artist_data."),
        "description": text("From the event's page."), "genres": texts("The event's genres, sorted."),
        "related_artists": [
          "type": "array", "description": "Artists to whom the event's page links, sorted by name.",
          "items": object(
            "A related artist.",
            [
              "name": text("The artist's name."),
              "wwoz_artist_href": text("The path of the artist's page; empty if it is unknown."),
            ]),
        ] as Schema,
      ],
      optional: [
        "status": [
          "type": "string", "enum": ["scheduled", "cancelled"], "description": "Without it: scheduled.",
        ] as Schema
      ])
  }

  /// - Parameters:
  ///   - properties: those that are always there.
  ///   - optional: those that an object may lack.
  private static func object(_ description: String, _ properties: Schema, optional: Schema = [:]) -> Schema {
    [
      "type": "object", "description": description, "properties": properties.merging(optional) { $1 },
      "required": properties.keys.sorted(),
    ]
  }

  private static func number(_ description: String, type: String = "number") -> Schema {
    ["type": type, "description": description]
  }

  private static func text(_ description: String, format: String? = nil) -> Schema {
    ["type": "string", "description": description].merging(format.map { ["format": $0] } ?? [:]) { $1 }
  }

  private static func texts(_ description: String) -> Schema {
    ["type": "array", "items": ["type": "string"] as Schema, "description": description]
  }
}
