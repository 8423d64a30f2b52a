/// The keys of the processed zone, partitioned in Hive's way.
enum ProcessedKey {
  private static let root = "processed/"
  private static let suffix = ".jsonl.gz"

  /// The common beginning of the keys of a type and a source.
  static func prefix(of type: ProcessedType, source: String) -> String { "\(root)\(type.name)/source=\(source)/" }

  /// The key of a partition: `processed/concerts/source=S/year=2024/month=05/day=31/concerts.jsonl.gz`, with zeros for
  /// records without a date; `processed/venues/source=S/venues.jsonl.gz` for a type that is not divided by dates.
  static func object(_ partition: String, of type: ProcessedType, source: String) -> String {
    let prefix = prefix(of: type, source: source)
    guard type.date != nil else { return "\(prefix)\(type.name)\(suffix)" }
    let parts = partition == ProcessedType.undated ? ["0000", "00", "00"] : partition.split(separator: "-")
    let folders = zip(["year", "month", "day"], parts).map { "\($0)=\($1)/" }.joined()
    return "\(prefix)\(folders)\(type.name)\(suffix)"
  }

  /// The key of what is remembered of a source's objects. No reader of a type's folder meets it.
  static func memory(of source: String) -> String { "\(root)_state/\(source).json" }
}
