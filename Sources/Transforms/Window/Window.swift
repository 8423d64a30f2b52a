import Contracts
import Processing
import Time

/// Leaves out the points of time series that are older than a number of days, by the key `windowInDays`. It is the last
/// transform, so that the sink, and the last times that it notes, have only points within.
public final class Window: Transform {
  /// The field with the time of a point.
  private static let field = "obs_time"

  private let days: Int

  public init(days: Int) { self.days = days }

  /// Leaves out older points, and counts them in a warning. A record whose time is no instant is not old.
  public func apply(_ records: Records, _ context: TransformContext) -> Records {
    let start = context.readAt.addingTimeInterval(Double(-days) * 86_400)
    var result = records
    result.records.removeAll { record in
      guard let text = record.fields[Self.field]?.string, let time = RFC3339.parse(text)?.date, time < start else {
        return false
      }
      context.memory.noteDropped(record.origin)
      return true
    }
    let count = records.records.count - result.records.count
    let reason = TransformMemory.DropReason("windowInDays: \(days) left out", "whose obs_time is older")
    if let warning = context.memory.dropped(count, of: records.records.count, by: self, reason) {
      result.warnings.append(warning)
    }
    return result
  }
}
