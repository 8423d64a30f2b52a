import AWS
import Contracts
import FoundationEssentials

/// The calls of a load: many objects at once, with the errors of the bucket.
extension LinesLoad {
  func owner(_ group: LineGroup) -> FileOwner { FileOwner(group, of: sink.dataset) }

  func indexKey(_ name: String) -> String { LineGroup.indexKey(name, of: sink.dataset, sink.settings) }

  func objects(_ keys: [String]) throws(PipelineError) -> [S3Object?] {
    var found: [S3Object?] = []
    guard !keys.isEmpty else { return found }
    for outcome in sink.objects.getAll(keys, deadline: deadline) {
      do throws(AWSError) { found.append(try outcome.get()) } catch { throw PipelineError(lines: error) }
    }
    return found
  }

  func indexes(_ names: [String]) throws(PipelineError) -> [(value: GroupIndex, etag: String)?] {
    let keys = names.map(indexKey)
    var found: [(value: GroupIndex, etag: String)?] = []
    for (key, object) in zip(keys, try objects(keys)) {
      guard let object else {
        found.append(nil)
        continue
      }
      found.append((try GroupIndex(object.body, at: sink.objects.address(of: key)), object.info.etag))
    }
    return found
  }

  /// - Returns: the ETags; nil where another load was faster.
  func put(_ writes: [LineWrite]) throws(PipelineError) -> [String?] {
    var etags: [String?] = []
    guard !writes.isEmpty else { return etags }
    for outcome in sink.objects.putAll(writes, deadline: deadline) {
      switch outcome {
      case .success(let etag): etags.append(etag)
      case .failure(let error):
        switch error.kind {
        // With If-Match, S3 says that there is no object.
        case .preconditionFailed, .conflict, .notFound: etags.append(nil)
        default: throw PipelineError(lines: error)
        }
      }
    }
    return etags
  }
}
