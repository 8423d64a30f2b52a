import APIRouting
import JSON

/// The words of the OpenAPI document about the search.
enum SearchDocumentation {
  static let search = RouteDocumentation(
    """
    Days, hours, places, artists and genres of the question are conditions and preferences; what is left is compared in \
    meaning. If nothing fits, conditions are given up one after another, and `notes` say which. `GET /events/{id}` has \
    all of an event.
    """, tag: "Events",
    schema: SchemaForm.object(
      [
        ("read_as", SchemaForm.text("The days, the hours and the place that the events below have, in words.")),
        ("is_relaxed", SchemaForm.flag("True if a condition had to be given up.")),
        ("notes", SchemaForm.texts("Sentences about what was not found, and what is shown in its place.")),
        ("items", SchemaForm.list(item, "The best first.")),
      ], "Events."), statuses: [404: "The database or the server is not prepared for the search"])

  private static let item = SchemaForm.object(
    [
      ("id", SchemaForm.integer("The event's id.")),
      ("date", SchemaForm.text("The local day.", format: "date")),
      ("local_time", SchemaForm.text("The local time, HH:MM; null if the source gives none.", isNullable: true)),
      ("artist", SchemaForm.text("Who performs.")),
      ("venue", SchemaForm.text("Where it is.")),
      ("address", SchemaForm.text("The address in one line.", isNullable: true)),
      ("genres", SchemaForm.texts("Of the event and of its artist.")),
      ("distance_m", SchemaForm.integer("Metres from the place of the question.", isNullable: true)),
      (
        "score",
        SchemaForm.number(
          "From 0 to 1; the best has the greatest. It orders the events of one response: the nearest are listed, however "
            + "far they are. A note says so where no event has a word of the question.", isNullable: true)
      ),
      ("matched_words", SchemaForm.texts("Word stems of the question that the event has.")),
    ], "An event.")
}
