import APIRouting
import JSON

/// The words of the OpenAPI document about the routes of events, venues and artists.
enum EventDocumentation {
  static let events = RouteDocumentation(
    """
    All conditions must hold. Without `date`, `from` and `starts_after` the events begin today. They are ordered by \
    day and time; those without a time are the last of their day.

    A day is that of the calendar: what begins after midnight is of the next one. Tonight's events within 1.5 km of \
    Frenchmen Street are those that begin between two moments, say 17:00 and 03:00 in New Orleans: \
    `GET /events?starts_after=2024-05-31T22:00:00Z&starts_before=2024-06-01T08:00:00Z&near=29.9640,-90.0580&within=1500`. \
    Events without a known time are not among them; `date=2024-05-31` has the day's. For more, `cursor` is added, with \
    the `next_cursor` of the response, until that is null.
    """, tag: "Events", schema: SchemaForm.page(of: item(EventSchemas.event, with: ["distance_m"]), "Events."),
    example: EventExamples.events, statuses: Page.statuses)

  static let event = RouteDocumentation(
    "", tag: "Events", schema: item(EventSchemas.event + EventSchemas.details),
    statuses: [404: "There is no such event"])

  static let calendar = RouteDocumentation(
    """
    RFC 5545, for a calendar program, which may subscribe to the address: without a key if the API is public, else with any \
    name and a key as the password, which the program asks for. It has the scheduled events, and the cancelled ones, which a \
    program crosses out; at most 2000 of them, and without `date`, `to` and `starts_before` those of 30 days. The name \
    has the conditions. Times are in UTC. An event without a time is of the whole day. Its end is not known. `UID` \
    stays the same when an event moves.
    """, tag: "Events", mediaType: "text/calendar", schema: ["type": "string"], example: EventExamples.calendar)

  static let venues = RouteDocumentation(
    "Ordered by name. With `q` a client finds the coordinates of a place by its name, for `near` of `GET /events`.",
    tag: "Events",
    schema: SchemaForm.page(
      of: SchemaForm.object(EventSchemas.venue + EventSchemas.distance, "A venue.", optional: ["distance_m"]), "Venues."
    ),
    example: EventExamples.venues, statuses: Page.statuses)

  static let artists = RouteDocumentation(
    "Ordered by name.", tag: "Events",
    schema: SchemaForm.page(of: SchemaForm.object(EventSchemas.artist, "An artist."), "Artists."),
    statuses: Page.statuses)

  static let genres = RouteDocumentation(
    "Ordered by name. The names are those of the listings; `genre` of `GET /events` and of `GET /artists` takes one.",
    tag: "Events",
    schema: SchemaForm.page(of: SchemaForm.object(EventSchemas.genre, "A genre."), "Genres."), statuses: Page.statuses)

  private static func item(_ members: [(String, JSONValue)], with optional: Set<String> = []) -> JSONValue {
    SchemaForm.object(members + (optional.isEmpty ? [] : EventSchemas.distance), "An event.", optional: optional)
  }
}
