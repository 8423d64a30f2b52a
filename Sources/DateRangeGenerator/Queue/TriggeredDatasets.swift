import Contracts
import Definitions

/// The datasets that an object or an event starts.
public struct TriggeredDatasets: Sendable {
  /// The ids of the datasets, in order.
  public let ids: [String]
  /// The problem of definitions that cannot be read, which may be started, too; nil if there is none.
  public let problem: PipelineError?

  /// Looks through all definitions: a mistake in one stops no other.
  /// - Parameters:
  ///   - occurrence: the object, with its key as the prefix, or the event.
  ///   - all: the ids of all datasets, in order.
  ///   - triggers: returns the triggers of a dataset.
  public init(
    startedBy occurrence: DatasetTrigger, among all: [String],
    triggers: (_ id: String) throws(PipelineError) -> [DatasetTrigger]
  ) {
    var ids: [String] = []
    var problem: PipelineError?
    for id in all {
      do throws(PipelineError) {
        if try triggers(id).contains(where: { $0.covers(occurrence) }) { ids.append(id) }
      } catch {
        problem = problem ?? error
      }
    }
    self.ids = ids
    self.problem = problem
  }
}
