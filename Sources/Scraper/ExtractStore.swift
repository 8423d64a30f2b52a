import FoundationEssentials
import Pipeline
import RawStore
import Time

/// Where extract documents are kept.
public protocol ExtractStore {
  /// Keeps a document; a second one at the same key takes its place.
  /// - Throws: `PipelineError`.
  func put(_ document: Data, at key: RawKey, deadline: Deadline) throws(PipelineError)

  /// The address of what lies at a key, for a person.
  func url(of key: String) -> String
}

extension RawStore: ExtractStore {}
