import Contracts
import FoundationEssentials
import Time
import Versions

extension VersionedSink {
  /// Returns the series of which a document that was read later has made a version.
  func late(_ incoming: IncomingPoints, _ manifest: VersionManifest?) -> Set<String> {
    guard let readAt = incoming.readAt, let readings = manifest?.readings, !readings.isEmpty else { return [] }
    return Set(incoming.partitions.keys.map(\.series)).filter { series in
      guard let last = readings[series].flatMap({ RFC3339.parse($0) }) else { return false }
      // Both have milliseconds.
      return readAt.timeIntervalSince1970 < last.date.timeIntervalSince1970 - 0.0005
    }
  }

  /// Returns the manifest of the next version.
  func next(
    _ version: VersionID, _ plan: SnapshotPlan, _ incoming: IncomingPoints, over manifest: VersionManifest?
  ) -> VersionManifest {
    let readAt = incoming.readAt.map { RFC3339.utc(roundingToMilliseconds: $0) }
    var readings = manifest?.readings ?? [:]
    if let readAt { for series in plan.series { readings[series] = readAt } }
    var range: (first: PointTime, last: PointTime)?
    for points in plan.files.map(\.points) {
      guard let first = points.first?.time, let last = points.last?.time else { continue }
      let known = range ?? (first, last)
      range = (known.first.isBefore(first) ? known.first : first, last.isBefore(known.last) ? known.last : last)
    }
    // The number of one that follows a version of system 002 is 1: nothing before it is known.
    let number = manifest.map { ($0.number ?? 0) + 1 } ?? 1
    return VersionManifest(
      version: version, dataset: store.dataset, createdAt: RFC3339.utc(time.now), collectionDate: readAt,
      pointCount: plan.files.reduce(0) { $0 + $1.points.count }, range: range, written: plan.files.map(\.partition),
      previous: manifest?.version, number: number, readings: readings, contents: plan.contents(in: version))
  }

  func report(_ incoming: IncomingPoints, _ plan: SnapshotPlan) -> LoadReport {
    var report = incoming.report
    report.records.new = plan.new
    report.records.changed = plan.changed
    report.records.unchanged = plan.unchanged
    report.isSuperseded = plan.isSuperseded
    for (partition, points) in incoming.partitions.sorted(by: { $0.key < $1.key })
    where plan.series.contains(partition.series) {
      report.watermarks[partition.series] = points.last?.time.description
    }
    if plan.gone > 0 {
      report.remarks.append(
        "\(name): the source no longer has \(plan.gone) points of the version before. That version has them, and "
          + "projections keep them")
    }
    return report
  }
}
