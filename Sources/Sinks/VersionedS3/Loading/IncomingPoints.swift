import Contracts
import FoundationEssentials
import JSON
import Routing
import Time
import Versions

/// The points of a document with all its parts, by their partitions.
struct IncomingPoints {
  /// Points in memory, of which each takes about 200 bytes. A document with more is refused.
  static let maximumPoints = 400_000

  private static let fault = "are no points of a series"

  /// The points of each partition, in order of time, with one of each time.
  private(set) var partitions: [SeriesPartition: [SeriesPoint]] = [:]
  /// The points that were rejected, here and before.
  private(set) var rejected = RejectedPoints()
  /// The report so far: what was found and what was rejected.
  private(set) var report: LoadReport
  /// The time at which the source was read; nil if the document does not say.
  let readAt: Date?
  /// True if the document has all that the source has, as far as its reading and the dataset's expectations say.
  let isComplete: Bool

  /// A point with its place in the document.
  private struct Placed {
    let point: SeriesPoint
    let position: Int
    /// The index of the document's part.
    let part: Int32
  }

  /// - Throws: `StorageCorrupt` or `InvalidInput` for a document that is not the target's; `SourceChanged` for one of too many
  ///   points or rejections.
  init(
    _ document: PartedDocument, for target: LoadTarget, now: Date, deadline: Deadline
  ) throws(PipelineError) {
    let head = try SinkDocument(document.head, for: target, now: now, parts: document.parts)
    readAt = head.listedAt
    isComplete = head.isComplete && target.checked?.notice == nil
    report = LoadReport(records: RecordCounts(), listedAt: head.listedAt)
    let collected = head.listedAt.map { RFC3339.utc(roundingToMilliseconds: $0) }
    var texts = SharedTexts()
    var placed: [SeriesPartition: [Placed]] = [:]
    var (count, starts) = (0, [Int]())
    for index in 0..<document.count {
      let bytes = try document.part(index, deadline: deadline)
      let part = index == 0 ? head : try SinkDocument(bytes, for: target, now: now, parts: document.parts)
      let start = report.records.found
      starts.append(start)
      var rejections: [LoadReport.Rejection] = []
      for (offset, fields) in part.records.enumerated() {
        let position = start + offset
        do throws(PointProblem) {
          guard let fields else { throw PointProblem(reason: "it is no JSON object") }
          let point = try SeriesPoint(fields, texts: &texts, collected: collected)
          placed[point.partition, default: []].append(Placed(point: point, position: position, part: Int32(index)))
          count += 1
        } catch {
          rejections.append(.init(position: position, reason: error.reason, key: fields.flatMap(Self.label)))
          rejected.add(fields?["internal_series_code"]?.string, at: fields?["obs_time"]?.string)
        }
      }
      for (offset, row) in part.rejected.enumerated() {
        rejections.append(.init(position: start + part.records.count + offset, reason: row.reason, key: row.key))
        rejected.add(key: row.key)
      }
      report.records.found += part.records.count + part.rejected.count
      try report.reject(rejections, of: bytes, from: start, as: Self.fault)
      guard count <= Self.maximumPoints else {
        throw PipelineError(
          .sourceChanged,
          "\(target.key) has more than \(Self.maximumPoints) points, which a loader does not have the memory for: divide the "
            + "dataset by its series, or limit it with windowInDays. Nothing was changed")
      }
    }
    for (index, rejections) in sort(placed).sorted(by: { $0.key < $1.key }) {
      try report.reject(
        rejections, of: document.part(index, deadline: deadline), from: starts[index], as: Self.fault)
    }
  }

  /// Keeps the first of the points with one time.
  /// - Returns: the rejections of the others, by the document's parts.
  private mutating func sort(_ placed: [SeriesPartition: [Placed]]) -> [Int: [LoadReport.Rejection]] {
    var repeated: [Int: [LoadReport.Rejection]] = [:]
    for (partition, points) in placed {
      var kept: [SeriesPoint] = []
      kept.reserveCapacity(points.count)
      for next in points.sorted(by: Self.precedes) {
        guard let last = kept.last, last.time.isSameInstant(as: next.point.time) else {
          kept.append(next.point)
          continue
        }
        repeated[Int(next.part), default: []].append(
          .init(
            position: next.position, reason: "a second point of the series at this time: the first one stands",
            key: "\(next.point.time), \(partition.series)"))
      }
      partitions[partition] = kept
    }
    return repeated
  }

  private static func precedes(_ left: Placed, _ right: Placed) -> Bool {
    if left.point.time.isBefore(right.point.time) { return true }
    return !right.point.time.isBefore(left.point.time) && left.position < right.position
  }

  /// The time and the series of a record that is rejected, as far as it has them.
  private static func label(of fields: JSONObject) -> String? {
    let texts = ["obs_time", "internal_series_code"].compactMap { fields[$0]?.string }
    return texts.isEmpty ? nil : texts.joined(separator: ", ")
  }
}
