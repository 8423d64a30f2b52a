import Contracts
import FoundationEssentials
import RawStore
import Time

/// Where extract documents, and the archives of the pages that they were made of, are kept.
public protocol ExtractStore {
  /// Keeps a document or an archive, unless something lies at its key.
  /// - Returns: whether it is kept; not, when another try of the run was faster.
  /// - Throws: `PipelineError`.
  func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) -> Bool

  /// Reads a document or an archive whole.
  func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data

  /// The archives of a date, in the order in which they were begun.
  /// - Parameter key: of any run of the date.
  func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey]

  /// The address of what lies at a key, for a person.
  func url(of key: String) -> String
}

extension RawStore: ExtractStore {}
