import Datasets

/// The schedules that something starts: a deployment need not start all that the definitions have.
public enum ExpectedSchedules: Equatable, Sendable {
  case all
  /// Those of these keys: `DATASET`, or `DATASET/JOB` for that of a profile.
  case named(Set<String>)
  /// Not known here. Those of datasets that have run are expected.
  case unknown
  /// None: the scheduler of the local stack is off. The page shows those of the definitions, and says so.
  case off

  /// - Parameter list: the keys, with commas between them.
  public init(listed list: String) {
    self = .named(Set(list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)))
  }

  func contains(_ schedule: DatasetSchedule) -> Bool {
    switch self {
    case .all, .unknown: true
    case .off: false
    case .named(let keys): keys.contains(Self.key(of: schedule))
    }
  }

  /// Returns the keys that are of no schedule of these datasets, sorted.
  public func unknown(in datasets: [OperatedDataset]) -> [String] {
    guard case .named(let keys) = self else { return [] }
    return keys.subtracting(datasets.flatMap(\.schedules).map(Self.key)).sorted()
  }

  var starter: OperationsReport.Starter {
    switch self {
    case .all, .named: .known
    case .unknown: .unknown
    case .off: .off
    }
  }

  private static func key(of schedule: DatasetSchedule) -> String {
    schedule.jobType.map { "\(schedule.dataset)/\($0)" } ?? schedule.dataset
  }
}
