import FoundationEssentials
import Pipeline
import RawStore
import Time

/// Where extract documents, and the archives of the pages that they were made of, are kept.
public protocol ExtractStore {
  /// Keeps a document or an archive; a second one at the same key takes its place.
  /// - Throws: `PipelineError`.
  func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError)

  /// Reads an archive whole.
  /// - Throws: `InvalidInput` when there is none.
  func archive(at key: RawKey, deadline: Deadline) throws(PipelineError) -> Data

  /// The archives of a date, oldest first.
  /// - Parameter key: of any run of the date.
  func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [StoredArchive]

  /// The address of what lies at a key, for a person.
  func url(of key: String) -> String
}

extension RawStore: ExtractStore {}
