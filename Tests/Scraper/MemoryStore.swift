import Contracts
import Foundation
import RawStore
import ScraperFunction
import Time

/// An extract store in memory.
final class MemoryStore: ExtractStore {
  var documents: [String: Data] = [:]
  /// The time left at the last write.
  private(set) var timeLeft: Duration?
  /// The failure of every call.
  var error: PipelineError?
  /// The key of an object that cannot be read now.
  var unreadable: String?
  /// Documents and archives, in the order of their writing.
  private(set) var written: [RawKey] = []
  private(set) var archives: [String: Data] = [:]

  func put(_ data: Data, at key: RawKey, deadline: Deadline) throws(PipelineError) -> Bool {
    if let error { throw error }
    timeLeft = deadline.remaining
    guard !written.contains(where: { "\($0)" == "\(key)" }) else { return false }
    written.append(key)
    if !key.isDocument { archives["\(key)"] = data } else { documents["\(key)"] = data }
    return true
  }

  func get(_ key: String, deadline: Deadline) throws(PipelineError) -> Data {
    if key == unreadable { throw PipelineError(.storageUnavailable, "503") }
    guard let data = archives[key] ?? documents[key] else { throw PipelineError(.invalidInput, "nothing at \(key)") }
    return data
  }

  func archives(beside key: RawKey, deadline: Deadline) throws(PipelineError) -> [RawKey] {
    if let error { throw error }
    return written.filter { !$0.isDocument && $0.number == 1 && $0.item == key.item }.sorted {
      ($0.attempt ?? "") < ($1.attempt ?? "")
    }
  }

  func damage(_ key: String) { archives[key]?[100] ^= 0xFF }

  /// Replaces the bytes of an archive; nil removes it, but not from the listing.
  func replaceArchive(_ key: String, with data: Data?) { archives[key] = data }

  func url(of key: String) -> String { "s3://bucket/\(key)" }
}
