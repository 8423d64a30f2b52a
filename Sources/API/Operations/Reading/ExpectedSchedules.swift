import Datasets

/// The schedules that something starts: a deployment need not start all that the definitions have.
public enum ExpectedSchedules: Equatable, Sendable {
  case all
  /// Those of these keys: `DATASET`, or `DATASET/JOB` for that of a profile.
  case named(Set<String>)
  /// Not known here. Those of datasets that have run are expected.
  case unknown

  public static let none = ExpectedSchedules.named([])

  /// - Parameter list: the keys, with commas between them.
  public init(listed list: String) {
    self = .named(Set(list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)))
  }

  func contains(_ schedule: DatasetSchedule) -> Bool {
    guard case .named(let keys) = self else { return true }
    return keys.contains(Self.key(of: schedule))
  }

  /// Returns the keys that are of no schedule of these datasets, sorted.
  public func unknown(in datasets: [OperatedDataset]) -> [String] {
    guard case .named(let keys) = self else { return [] }
    return keys.subtracting(datasets.flatMap(\.schedules).map(Self.key)).sorted()
  }

  private static func key(of schedule: DatasetSchedule) -> String {
    schedule.jobType.map { "\(schedule.dataset)/\($0)" } ?? schedule.dataset
  }
}
