import Versions

/// The points of which a document says only that they were rejected. What is stored of them stays: a cell that cannot be
/// read takes nothing away that an earlier reading knew.
struct RejectedPoints {
  /// A time as a rejection has it: an instant, or a local time, since a parser knows no zone.
  private struct Moment: Hashable {
    let seconds: Int
    let nanoseconds: Int32
    let isLocal: Bool

    /// - Parameter shift: seconds to add.
    init(_ time: PointTime, isLocal: Bool, shift: Int = 0) {
      seconds = time.seconds + (isLocal ? Int(time.offset) : 0) + shift
      nanoseconds = time.nanoseconds
      self.isLocal = isLocal
    }

    /// - Returns: nil for a text that is no time.
    init?(_ text: Substring) {
      if let time = PointTime(String(text)) {
        self.init(time, isLocal: false)
      } else if let time = PointTime("\(text)Z") {
        self.init(time, isLocal: true)
      } else {
        return nil
      }
    }
  }

  /// The times of each series.
  private var times: [String: Set<Moment>] = [:]
  /// The series with a rejection whose time is not known: any of their stored points may be the one.
  private var series: Set<String> = []
  /// True if the series of a rejection is not known: any stored point may be the one.
  private(set) var isAnySeries = false

  /// - Parameters:
  ///   - code: the series; nil if it is not known.
  ///   - time: the point's time; a text that is none counts as not known.
  mutating func add(_ code: String?, at time: String?) { add(code, time.flatMap { Moment($0[...]) }) }

  /// Takes the key of a row that was rejected before the sink: `TIME, CODE`, as the normalization of series has it, in either
  /// order; or `CODE`, where the time is not known.
  mutating func add(key: String?) {
    guard let key, Moment(key[...]) == nil else { return add(nil, nil) }
    func end(after comma: String.Index) -> Substring { key[key.index(after: comma)...].drop { $0 == " " } }
    if let comma = key.firstIndex(of: ","), let moment = Moment(key[..<comma]) {
      add(String(end(after: comma)), moment)
    } else if let comma = key.lastIndex(of: ","), let moment = Moment(end(after: comma)) {
      add(String(key[..<comma]), moment)
    } else {
      add(key, nil)
    }
  }

  private mutating func add(_ code: String?, _ moment: Moment?) {
    guard let code, SeriesPartition.isCode(code) else {
      isAnySeries = true
      return
    }
    if let moment { times[code, default: []].insert(moment) } else { series.insert(code) }
  }

  /// True if a rejection may be any point of the series.
  func mayBeAny(of code: String) -> Bool { isAnySeries || series.contains(code) }

  /// True if a rejection is one of the series, at a time that is known.
  func hasTimes(of code: String) -> Bool { times[code] != nil }

  /// True if a rejection is at the time of the point.
  func has(_ point: SeriesPoint) -> Bool {
    guard let moments = times[point.series] else { return false }
    // A local time that does not exist, since the clock was put forward, has become the one an hour later.
    return moments.contains(Moment(point.time, isLocal: false)) || moments.contains(Moment(point.time, isLocal: true))
      || moments.contains(Moment(point.time, isLocal: true, shift: -3600))
  }
}
