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

  /// Forms of the transform for points of time series, which adds one field. The names behind the first are system 002's.
  public static let seriesForms = ["series", "bcra_infomondia", "indec_ipc"].map {
    PluginForm(
      $0,
      $0 == "series"
        ? "The time at which the source was read, in the field collection_date of each point of a time series."
        : "System 002's name for `series`.",
      SectionForm([]))
  }
}
