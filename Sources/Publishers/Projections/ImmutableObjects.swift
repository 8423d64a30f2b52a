import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

/// Writes the objects of a projection, none of which is ever replaced: not even by a publisher that works on the same version.
struct ImmutableObjects {
  let store: VersionStore
  let deadline: Deadline

  /// Writes objects. One that is there counts as written: its name has the digest of its points, and a run that was cut, or
  /// another publisher, has written it.
  func write(_ objects: [(entry: ProjectionManifest.Entry, body: Data)]) throws(PipelineError) {
    let writes = objects.map { VersionWrite($0.body, to: store.keys.projection($0.entry), condition: .absent) }
    for outcome in store.objects.putAll(writes, deadline: deadline) {
      do throws(AWSError) { _ = try outcome.get() } catch {
        guard [.preconditionFailed, .conflict].contains(error.kind) else { throw PipelineError(versions: error) }
      }
    }
  }
}
