import AWS
import Contracts
import FoundationEssentials
import Time
import Versions

/// Writes the objects of a projection, none of which is ever replaced: not even by a publisher that works on the same version.
struct ImmutableObjects {
  let store: VersionStore
  let deadline: Deadline

  /// Writes objects. One that is there with the same bytes counts as written: a run that was cut, or another publisher, has
  /// written it.
  /// - Parameter replaced: takes the objects that are there with other bytes, which no projection will name: a run that was cut
  ///   wrote them under another `on_conflict`.
  /// - Returns: the entries with the names that were written.
  func write(
    _ objects: [(entry: ProjectionManifest.Entry, body: Data)], into replaced: inout [ProjectionManifest.Replaced],
    now: String
  ) throws(PipelineError) -> [ProjectionManifest.Entry] {
    var entries = objects.map(\.entry)
    let existing = try put(objects.indices.map { (entries[$0], objects[$0].body) })
    guard !existing.isEmpty else { return entries }
    var others: [Int] = []
    let keys = existing.map { store.keys.projection(entries[$0]) }
    let found = store.objects.getAll(keys, maximumBytes: PartitionFile.maximumBytes, deadline: deadline)
    for (index, outcome) in zip(existing, found) {
      do throws(AWSError) {
        if try outcome.get().body != objects[index].body { others.append(index) }
      } catch { throw PipelineError(versions: error) }
    }
    for index in others {
      replaced.append(ProjectionManifest.Replaced(object: entries[index].object, since: now))
      entries[index] = entries[index].namedByDigest
    }
    // By its digest the name says what is in it.
    _ = try put(others.map { (entries[$0], objects[$0].body) })
    return entries
  }

  /// - Returns: the indices of those that are there already.
  private func put(_ objects: [(entry: ProjectionManifest.Entry, body: Data)]) throws(PipelineError) -> [Int] {
    let writes = objects.map { VersionWrite($0.body, to: store.keys.projection($0.entry), condition: .absent) }
    var existing: [Int] = []
    for (index, outcome) in store.objects.putAll(writes, deadline: deadline).enumerated() {
      do throws(AWSError) { _ = try outcome.get() } catch {
        switch error.kind {
        case .preconditionFailed, .conflict: existing.append(index)
        default: throw PipelineError(versions: error)
        }
      }
    }
    return existing
  }
}

extension ProjectionManifest.Entry {
  /// The entry with a name that also has the digest of its points.
  fileprivate var namedByDigest: ProjectionManifest.Entry {
    let name = object.dropLast(".json".count)
    return ProjectionManifest.Entry(object: "\(name)_\(digest.prefix(16)).json", points: points, digest: digest)
  }
}
