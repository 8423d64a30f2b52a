import Definitions

extension Distinct {
  /// The keys of a transform with `plugin: distinct`.
  public static let form = PluginForm(
    "distinct", "The first of the records of an item that have the same values in some fields.",
    SectionForm([
      KeyForm(
        "fields", .list(of: .text()), isRequired: true,
        "The fields that together identify a record. Records without a value in one of them are all kept."),
      KeyForm(
        "where", .map(of: .list(of: .text())), standard: "all records",
        "The records that are compared: those whose fields have one of the given values. Others are passed on."),
    ]))
}
