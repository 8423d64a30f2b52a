import Contracts
import Definitions

/// The schedules of datasets: each dataset's own, and those of the profiles of its plan.
public struct DatasetSchedules: Sendable {
  /// A dataset whose definition has a problem, so that its schedules are not known.
  public struct Problem: Equatable, Sendable {
    public let dataset: String
    /// The first problem, with its place.
    public let text: String
  }

  /// In the order of the datasets' ids; a dataset's own before those of its profiles.
  public private(set) var schedules: [DatasetSchedule] = []
  public private(set) var problems: [Problem] = []

  /// Reads the definitions of a catalog again. Their variables need no values.
  /// - Throws: `ConfigurationInvalid` if the folder cannot be read.
  public init(_ catalog: DatasetCatalog) throws(PipelineError) {
    for id in try catalog.ids() {
      switch Self.read(id, in: catalog) {
      case .success(let found): schedules += found
      case .failure(let error): problems.append(Problem(dataset: id, text: error.message))
      }
    }
  }

  /// Reads the definition of a dataset again, and returns its schedules.
  public static func read(_ id: String, in catalog: DatasetCatalog) -> Result<[DatasetSchedule], PipelineError> {
    Result { () throws(PipelineError) in
      let (definition, problems) = try catalog.check(id, allowsMissingVariables: true)
      guard let definition else {
        throw PipelineError(
          .configurationInvalid, problems.first { !$0.isWarning }?.description ?? "the definition cannot be read")
      }
      return try definition.schedules()
    }
  }
}

extension Definition {
  /// Returns the dataset's own schedule, and those of the profiles of its plan.
  /// - Throws: `ConfigurationInvalid` for an expression whose variable has no value.
  public func schedules() throws(PipelineError) -> [DatasetSchedule] {
    var schedules: [DatasetSchedule] = []
    if let schedule { schedules.append(try DatasetSchedule(schedule, of: dataset.id)) }
    for job in jobTypes {
      guard let section = schedule(ofJob: job) else { continue }
      schedules.append(try DatasetSchedule(section, of: dataset.id, jobType: job))
    }
    return schedules
  }
}
