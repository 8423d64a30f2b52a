import APIRouting
import JSON

/// The members of events, venues and artists.
enum EventSchemas {
  static let distance = [
    ("distance_m", SchemaForm.integer("Only with near: metres from that point."))
  ]

  static let event: [(String, JSONValue)] = [
    ("id", SchemaForm.integer("The event's id.")),
    ("source", SchemaForm.text("The listing that has the event: wwoz.")),
    ("status", SchemaForm.choice(["scheduled", "cancelled"], "cancelled: the listing no longer has it, or says so.")),
    ("date", SchemaForm.text("The local day.", format: "date")),
    (
      "local_time",
      SchemaForm.text("The local time of the beginning, HH:MM; null if the source gives none.", isNullable: true)
    ),
    ("timezone", SchemaForm.text("The IANA zone of date and local_time.")),
    (
      "starts_at",
      SchemaForm.text(
        "The same moment in UTC; null if the source gives no time.", format: "date-time", isNullable: true)
    ),
    (
      "artist",
      SchemaForm.object(
        [
          ("id", SchemaForm.integer("The artist's id; null if only the name is known.", isNullable: true)),
          ("name", SchemaForm.text("The artist's name.", isNullable: true)),
          ("website", SchemaForm.text("The artist's own site.", isNullable: true)),
          ("genres", SchemaForm.texts("The artist's genres, by name.")),
        ], "Who performs.")
    ),
    (
      "venue",
      SchemaForm.object(
        [
          ("id", SchemaForm.integer("The venue's id; null if only the name is known.", isNullable: true)),
          ("name", SchemaForm.text("The venue's name.", isNullable: true)),
          ("address", SchemaForm.text("The address in one line.", isNullable: true)),
          ("city", SchemaForm.text("The city.", isNullable: true)),
          ("website", SchemaForm.text("The venue's own site.", isNullable: true)),
          ("latitude", SchemaForm.number("Degrees north, WGS 84; null if it is unknown.", isNullable: true)),
          ("longitude", SchemaForm.number("Degrees east, WGS 84; null if it is unknown.", isNullable: true)),
        ], "Where it is.")
    ),
    ("genres", SchemaForm.texts("The event's own genres, by name. Sources do not label every event.")),
    ("description", SchemaForm.text("From the event's page.", isNullable: true)),
    ("url", SchemaForm.text("The event's page at the source.", isNullable: true)),
  ]

  static let details: [(String, JSONValue)] = [
    ("related_artists", SchemaForm.texts("Names of artists to whom the pages of the event and of the artist link.")),
    ("first_seen", SchemaForm.text("When the event was first found.", format: "date-time")),
    ("last_written", SchemaForm.text("When a listing last changed it.", format: "date-time")),
    (
      "moved_from",
      SchemaForm.text(
        "The day on which it was listed before; null if it never moved.", format: "date", isNullable: true)
    ),
  ]

  static let venue: [(String, JSONValue)] = [
    ("id", SchemaForm.integer("The venue's id: the value of venue in GET /events.")),
    ("source", SchemaForm.text("The listing that has the venue: wwoz.")),
    ("name", SchemaForm.text("The name.")),
    ("address", SchemaForm.text("The address in one line.", isNullable: true)),
    ("street", SchemaForm.text("Street and number.", isNullable: true)),
    ("city", SchemaForm.text("The city.", isNullable: true)),
    ("state", SchemaForm.text("The state, as LA.", isNullable: true)),
    ("postal_code", SchemaForm.text("The ZIP code.", isNullable: true)),
    ("phone", SchemaForm.text("The telephone number.", isNullable: true)),
    ("website", SchemaForm.text("The venue's own site.", isNullable: true)),
    ("url", SchemaForm.text("The venue's page at the source.", isNullable: true)),
    ("latitude", SchemaForm.number("Degrees north, WGS 84; null if it is unknown.", isNullable: true)),
    ("longitude", SchemaForm.number("Degrees east, WGS 84; null if it is unknown.", isNullable: true)),
    (
      "is_active",
      SchemaForm.flag("True if the source says that the venue is open; null if it does not say.", isNullable: true)
    ),
    (
      "next_event",
      SchemaForm.text("The day of the next scheduled event; null for none.", format: "date", isNullable: true)
    ),
  ]

  static let genre: [(String, JSONValue)] = [
    ("name", SchemaForm.text("The name: the value of genre in GET /events.")),
    (
      "next_event",
      SchemaForm.text(
        "The day of the next scheduled event that has it, or whose artist has it; null for none.", format: "date",
        isNullable: true)
    ),
  ]

  static let artist: [(String, JSONValue)] = [
    ("id", SchemaForm.integer("The artist's id: the value of artist in GET /events.")),
    ("name", SchemaForm.text("The name.")),
    ("description", SchemaForm.text("From the artist's page.", isNullable: true)),
    ("website", SchemaForm.text("The artist's own site.", isNullable: true)),
    ("url", SchemaForm.text("The artist's page at the source.", isNullable: true)),
    ("genres", SchemaForm.texts("The genres, by name.")),
    ("related_artists", SchemaForm.texts("Names of related artists.")),
    (
      "next_event",
      SchemaForm.text("The day of the next scheduled event; null for none.", format: "date", isNullable: true)
    ),
  ]
}
