import AWS
import Contracts
import FoundationEssentials
import Time

extension RawStore {
  /// Writes a page of HTML at any key, in place of the one that is there.
  public func putPage(_ page: Data, at key: String, deadline: Deadline) throws(PipelineError) {
    let write = S3Write(page, to: S3Location(bucket: bucket, key: key), contentType: "text/html; charset=utf-8")
    do { try objects.put(write, deadline: deadline) } catch { throw PipelineError(error) }
  }

  /// Writes JSON objects at any keys, in place of those that are there.
  /// - Returns: the error of each, in the order of the objects; nil for one that was written.
  public func putAll(_ objects: [(key: String, body: Data)], deadline: Deadline) -> [PipelineError?] {
    let writes = objects.map { object in
      S3Write(
        object.body, to: S3Location(bucket: bucket, key: object.key), contentType: "application/json")
    }
    return self.objects.putAll(writes, deadline: deadline).map { outcome in
      if case .failure(let error) = outcome { PipelineError(error) } else { nil }
    }
  }
}
