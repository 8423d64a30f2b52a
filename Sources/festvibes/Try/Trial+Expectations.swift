import Contracts
import Definitions
import Expectations
import JSON
import Loading
import Routing

extension Trial.Result {
  /// Adds a warning for each expectation of the dataset that the records do not meet, or that was not applied, and for
  /// records that no entry of `load` takes.
  /// - Parameter limit: the number of records after which nothing more was read.
  /// - Throws: `ConfigurationInvalid` if the rules of the dataset's zone cannot be read.
  mutating func check(_ definition: Definition, limit: Int?) throws(PipelineError) {
    guard case .records(let records, _) = output else { return }
    warnings += UntakenRecords.problems(of: records, in: LoadingRegistry.keepingSections(of: definition))
    guard let expectations = try DocumentExpectations(definition, history: { _, _, _, _, _ in [] }) else { return }
    warnings += expectations.problems(
      records.map(\.object), rejected: rejected, readAt: readAt, isCut: limit.map { records.count >= $0 } ?? false)
  }
}
