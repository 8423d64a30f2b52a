import AWS
import Contracts
import FoundationEssentials
import Time

/// Publishes what the schema `catalog` has of one source as gzip JSON Lines in S3.
///
/// Each request compares all objects of the source with the database, whatever its scope: a record that one item no longer has
/// may have moved to another item's date, and what a killed publisher has left is repaired by the next one. Only what
/// differs is written.
public final class ProcessedPublisher: Publisher {
  /// The most partitions whose objects are in memory at once, and the rows from which on no other joins them.
  private static let partitionsAtOnce = 31
  private static let rowsAtOnce = 5000
  /// The comparisons after which a publisher gives up: other writers keep changing the database or the objects.
  private static let maximumRounds = 20

  private let dataset: Dataset
  private let types: [ProcessedType]
  private let tables: ProcessedTables
  private let bucket: ProcessedBucket

  /// - Parameters:
  ///   - types: the types of records that are published.
  ///   - tables: reads the database that the zone copies.
  ///   - session: makes the session for a region.
  /// - Throws: `ConfigurationInvalid` for a wrong endpoint or region. Nothing is connected yet.
  public init(
    _ settings: ProcessedSettings, of dataset: Dataset, types: [ProcessedType], reading tables: ProcessedTables,
    session: (_ region: String) throws(AWSError) -> AWSSession
  ) throws(PipelineError) {
    self.dataset = dataset
    self.types = types
    self.tables = tables
    let client: S3Client
    do { client = try S3Client(session(settings.region)) } catch { throw PipelineError(processed: error) }
    bucket = try ProcessedBucket(client, bucket: settings.bucket)
  }

  /// Writes what differs from the database, of all items of the source. A single item's scope only counts its records.
  /// - Throws: `ConfigurationInvalid` if the database has no record of a type of which the zone has objects;
  ///   `DatabaseConflict` if others keep writing; an error of the database or of S3.
  public func publish(_ scope: CacheRequest.Scope, deadline: Deadline) throws(PipelineError) -> PublishReport {
    // The end of a run publishes all of its items: each on its own would compare the whole source once more.
    if case .item = scope {
      return PublishReport(counts: try counts(scope, [:], tables.existing(types, deadline: deadline), deadline))
    }
    let remembered = try bucket.memory(of: dataset.source, deadline: deadline)
    var known = remembered
    var bytes = 0
    for _ in 0..<Self.maximumRounds {
      // First the objects, then the database: an object that has its ETag still when it is written was made of a
      // database that was no newer.
      let prefixes = types.map { ProcessedKey.prefix(of: $0, source: dataset.source) }
      known = try bucket.objects(below: prefixes, known: known, deadline: deadline)
      let existing = try tables.existing(types, deadline: deadline)
      let partitions = try tables.partitions(of: existing, source: dataset.source, deadline: deadline)
      try refuseLoss(of: partitions, known)
      let wanted = wanted(partitions)
      let changed = wanted.filter { known[$0.key]?.digest != $0.value.digest }
      let leftOver = known.filter { wanted[$0.key] == nil }.sorted { $0.key < $1.key }
      guard !changed.isEmpty || !leftOver.isEmpty else {
        if known != remembered { try bucket.remember(known, of: dataset.source, deadline: deadline) }
        return PublishReport(
          counts: try counts(scope, partitions, existing, deadline), bytes: bytes)
      }
      for table in existing {
        bytes += try write(changed.filter { $0.value.type == table.0.name }, of: table, over: known, deadline)
      }
      // Last, so that a reader meets a record that has moved twice rather than not at all.
      for (key, former) in leftOver { try bucket.delete(key, former, deadline: deadline) }
      // What was written is asked for, not remembered: the same bytes have the same ETag, and its digest is another.
      for key in changed.keys { known[key] = nil }
    }
    throw PipelineError(
      .databaseConflict,
      "the processed zone of \(dataset.source) was compared with the database \(Self.maximumRounds) times, and others "
        + "have changed one of them each time")
  }

  /// A partition of the database, with its type's name and its own.
  private struct Wanted {
    let type: String
    let partition: String
    let rows: Int
    let digest: String
  }

  /// Returns the partitions by the keys of their objects.
  private func wanted(_ partitions: ProcessedTables.Partitions) -> [String: Wanted] {
    var wanted: [String: Wanted] = [:]
    for type in types {
      for (name, partition) in partitions[type.name] ?? [:] {
        wanted[ProcessedKey.object(name, of: type, source: dataset.source)] = Wanted(
          type: type.name, partition: name, rows: partition.rows, digest: partition.digest)
      }
    }
    return wanted
  }

  /// Sinks delete no records of these tables. A table without any is a new or a wrong database.
  private func refuseLoss(
    of partitions: ProcessedTables.Partitions, _ stored: [String: ProcessedBucket.Stored]
  ) throws(PipelineError) {
    for type in types where partitions[type.name] == nil {
      let prefix = ProcessedKey.prefix(of: type, source: dataset.source)
      let count = stored.keys.count { $0.hasPrefix(prefix) }
      guard count > 0 else { continue }
      throw PipelineError(
        .configurationInvalid,
        "catalog.\(type.table) has no record of \(dataset.source), and the processed zone has \(count) objects of it: does "
          + "PG_DATABASE_URL name the right database? If it does, delete \(bucket.address(of: prefix))")
    }
  }

  /// Writes objects of one type, as many at once as memory allows.
  private func write(
    _ changed: [String: Wanted], of table: (ProcessedType, Bool), over stored: [String: ProcessedBucket.Stored],
    _ deadline: Deadline
  ) throws(PipelineError) -> Int {
    var bytes = 0
    var batch: [(key: String, value: Wanted)] = []
    for (index, next) in changed.sorted(by: { $0.key < $1.key }).enumerated() {
      batch.append(next)
      guard
        index == changed.count - 1 || batch.count == Self.partitionsAtOnce
          || batch.reduce(0, { $0 + $1.value.rows }) >= Self.rowsAtOnce
      else { continue }
      let rows = try tables.rows(
        of: batch.map(\.value.partition), in: table, source: dataset.source, deadline: deadline)
      bytes += try bucket.write(
        batch.compactMap { entry in
          rows[entry.value.partition].map { .init(key: entry.key, rows: $0, former: stored[entry.key]) }
        }, deadline: deadline)
      batch = []
    }
    return bytes
  }

  /// Returns the number of records of each item of a scope: of its date for a date, else those that it was the last to
  /// write.
  private func counts(
    _ scope: CacheRequest.Scope, _ partitions: ProcessedTables.Partitions, _ existing: [(ProcessedType, Bool)],
    _ deadline: Deadline
  ) throws(PipelineError) -> [String: Int] {
    switch scope {
    case .item(let item): return try tables.counts(of: [item], in: existing, of: dataset, deadline: deadline)
    case .loaded(let items): return try tables.counts(of: items, in: existing, of: dataset, deadline: deadline)
    case .range(let range):
      return Dictionary(
        uniqueKeysWithValues: range.dates.map { date in
          ("\(date)", partitions.values.reduce(0) { $0 + ($1["\(date)"]?.rows ?? 0) })
        })
    }
  }
}
