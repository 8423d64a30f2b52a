import Contracts
import FoundationEssentials
import RawStore
import Time

/// The store of extract documents, and of the archives of the pages that they were made of.
public protocol ExtractStore {
  /// Stores a document or an archive, unless an object has its key.
  /// - Returns: true if it was stored; false if another attempt of the run was faster.
  /// - Throws: `PipelineError`.
  func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) -> Bool

  /// Reads a document or an archive.
  func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data

  /// Lists the archives of an item, ordered by the start of their attempts.
  /// - Parameter key: the key of any run of the item.
  func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey]

  /// Returns the address of an object, for a person.
  func url(of key: String) -> String
}

extension RawStore: ExtractStore {}
