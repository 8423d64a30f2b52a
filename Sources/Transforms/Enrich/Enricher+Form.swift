import Definitions

extension Enricher {
  /// The keys of a transform with `plugin: enrich`.
  public static let form = PluginForm(
    "enrich", "Constants and facts of the run in fields of each record.",
    SectionForm([
      KeyForm(
        "fields", .map(of: .text()), isRequired: true,
        "The fields and their values, in which {dataset}, {source}, {data_type}, {item}, {date}, {read_at} and the item's parameters stand for theirs."
      ),
      KeyForm(
        "existing", .choice(["replace", "keep"]), standard: "replace",
        "What becomes of a value that the record has: replace, or keep unless it is null."),
    ]))

  /// The form of the transform for points of time series.
  /// - Parameter name: `series`, or a name that system 002 gives it.
  public static func seriesForm(named name: String) -> PluginForm {
    guard name != "series" else {
      return PluginForm(
        name, "The time at which the source was read, in the field collection_date of each point of a time series.",
        SectionForm([]))
    }
    return PluginForm(name, "System 002's name for `series`.", SectionForm([]), sameAs: "series")
  }
}
