import Definitions

extension ProcessedPublisher {
  /// A publisher's section of this plugin.
  public static let form = PluginForm(
    "processed",
    "Gzip JSON Lines in S3 for Redshift, Athena and DuckDB, of the dataset's source in the tables of the schema catalog.",
    SectionForm([
      KeyForm(
        "types", .list(of: .choice(ProcessedType.all.map(\.name))), standard: "all",
        "The types of records that are published.")
    ]))

  /// Returns the types that a section names.
  public static func types(of section: Section) -> [ProcessedType] {
    let names = section.texts("types")
    return names.isEmpty ? ProcessedType.all : ProcessedType.all.filter { names.contains($0.name) }
  }
}
