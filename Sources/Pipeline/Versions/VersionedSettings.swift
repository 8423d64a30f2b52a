import Definitions

/// A sink's section of the plugin `s3_versioned`, with the keys of system 002. The sink and the projections read it.
public struct VersionedSettings: Equatable, Sendable {
  public let bucket: String
  /// Nil for the environment's.
  public let region: String?
  /// Files of the projections that are copied at once.
  public let copyWorkers: Int
  /// Partitions of the projections that are merged at once.
  public let mergeWorkers: Int
  /// True if a version's point replaces the projection's of the same time and series.
  public let lastWins: Bool

  /// - Parameter section: satisfies `form`.
  public init(_ section: Section) {
    bucket = section.text("bucket") ?? ""
    region = section.text("aws_region")
    let projection = section.section("projection")
    copyWorkers = projection?.integer("copy_workers") ?? Self.workers
    mergeWorkers = projection?.integer("merge_workers") ?? Self.workers
    lastWins = projection?.text("on_conflict") != "first"
  }

  /// Files at once, at most, and if the section does not say how many: the connections of the client of S3.
  private static let workers = 16

  /// The plugin's name.
  public static let plugin = "s3_versioned"

  /// The section's keys.
  public static let form = PluginForm(
    plugin, "Immutable versions of time series in S3, with one pointer to the current one.",
    SectionForm([
      KeyForm("bucket", .text(.s3Bucket), isRequired: true, "The bucket, under whose datasets/ID/ the versions are."),
      KeyForm("aws_region", .text(.name), standard: "the environment's", "The bucket's region."),
      KeyForm(
        "partition_strategy", .choice([VersionManifest.strategy]), standard: VersionManifest.strategy,
        "How the points are divided into files: by series, year and month."),
      KeyForm("projection", .section(projection), "How the versions are merged into one view."),
      KeyForm(
        "compression", .any, ignored: "it is ignored: no program has ever read it, so it can be deleted", "Ignored."),
    ]), hasSeries: true)

  private static let projection = SectionForm([
    KeyForm("copy_workers", .integer(1...workers), standard: "\(workers)", "Files that are copied at once."),
    KeyForm("merge_workers", .integer(1...workers), standard: "\(workers)", "Partitions that are merged at once."),
    KeyForm(
      "on_conflict", .choice(["last", "first"]), standard: "last",
      "The point that stays of two with one time and series: that of the last version, so that revisions are applied, or that "
        + "of the first."),
  ])
}
