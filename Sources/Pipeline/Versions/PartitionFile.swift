import Contracts
import Cryptography
import FoundationEssentials
import JSON

/// A partition's file: the points in order of time, as a JSON array in the form of Python's `json.dumps` with an indent of 2,
/// in UTF-8. The same points always have the same bytes.
public enum PartitionFile {
  /// Bytes of a file. A month of minutes has 10 MB.
  public static let maximumBytes = 32 << 20

  /// - Parameter points: in order of time.
  public static func data(_ points: [SeriesPoint]) -> Data {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(points.count * 240 + 2)
    bytes += "[".utf8
    for (index, point) in points.enumerated() {
      bytes += (index == 0 ? "\n  {" : ",\n  {").utf8
      write(.string("\(point.time)"), as: "obs_time", isFirst: true, into: &bytes)
      write(.string(point.series), as: "internal_series_code", into: &bytes)
      write(.number(point.value), as: "value", into: &bytes)
      write(point.unit.map { .string($0) } ?? .null, as: "unit", into: &bytes)
      write(point.frequency.map { .string($0) } ?? .null, as: "frequency", into: &bytes)
      write(point.collectionDate.map { .string($0) } ?? .null, as: "collection_date", into: &bytes)
      bytes += "\n  }".utf8
    }
    bytes += (points.isEmpty ? "]" : "\n]").utf8
    return Data(bytes)
  }

  private static func write(_ value: JSONValue, as name: String, isFirst: Bool = false, into bytes: inout [UInt8]) {
    bytes += "\(isFirst ? "" : ",")\n    \"\(name)\": ".utf8
    value.write(into: &bytes)
  }

  /// Reads a file. Those of system 002 need not be in order; what is returned is.
  /// - Parameter address: the place of the file, for messages.
  /// - Throws: `StorageCorrupt` for a file that is not a list of points of the partition.
  public static func points(
    of data: Data, _ partition: SeriesPartition, at address: String
  ) throws(PipelineError) -> [SeriesPoint] {
    func corrupt(_ problem: String) -> PipelineError {
      PipelineError(
        .storageCorrupt,
        "\(address) is not a file of points: \(problem). Nothing was changed. Restore it from the bucket's versioning or a "
          + "copy: versions are immutable, so that another program has written it, or it is damaged")
    }
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue(parsing: data) } catch { throw corrupt("\(error)") }
    guard let elements = value.array else { throw corrupt("it is no list") }
    var points: [SeriesPoint] = []
    points.reserveCapacity(elements.count)
    var texts = SharedTexts()
    for (index, element) in elements.enumerated() {
      guard let fields = element.object else { throw corrupt("element \(index) is no object") }
      do throws(PointProblem) {
        let point = try SeriesPoint(fields, texts: &texts)
        guard point.series.utf8.elementsEqual(partition.series.utf8) else {
          throw PointProblem(reason: "it is of the series \(point.series.prefix(80))")
        }
        points.append(point)
      } catch { throw corrupt("point \(index): \(error.reason)") }
    }
    return ordered(points)
  }

  /// Returns points in order of time, the first of those with one time.
  public static func ordered(_ points: [SeriesPoint]) -> [SeriesPoint] {
    let isOrdered = zip(points, points.dropFirst()).allSatisfy { $0.time.isBefore($1.time) }
    guard !isOrdered else { return points }
    let sorted = points.enumerated().sorted { left, right in
      left.element.time.isSameInstant(as: right.element.time)
        ? left.offset < right.offset : left.element.time.isBefore(right.element.time)
    }
    var ordered: [SeriesPoint] = []
    for (_, point) in sorted where ordered.last?.time.isSameInstant(as: point.time) != true { ordered.append(point) }
    return ordered
  }

  /// Returns the digest of what points say, which two readings of the same points share. See `SeriesPoint.saysTheSame`.
  /// - Parameter points: in order of time.
  public static func digest(of points: [SeriesPoint]) throws(PipelineError) -> String {
    var bytes: [UInt8] = []
    for point in points {
      for text in ["\(point.time)", point.plainValue] {
        bytes += text.utf8
        bytes.append(0)
      }
      // Null differs from an empty text.
      for text in [point.unit, point.frequency] {
        if let text { bytes += "=\(text)".utf8 }
        bytes.append(0)
      }
    }
    do { return try Digest(of: Data(bytes)).hexadecimal } catch {
      throw PipelineError(.storageUnavailable, "the digest of a partition: \(error)")
    }
  }
}
