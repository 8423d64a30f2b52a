import FoundationEssentials
import HTTP
import Time

extension S3Client {
  /// All keys of a bucket that begin with a prefix, in the order of their bytes, however many pages that takes.
  public func list(
    bucket: String, prefix: String = "", delimiter: String? = nil, deadline: Deadline
  ) throws(AWSError) -> S3Listing {
    var all = S3Listing(entries: [], commonPrefixes: [], continuation: nil)
    var continuation: String?
    repeat {
      let page = try listPage(
        bucket: bucket, prefix: prefix, delimiter: delimiter, continuation: continuation, deadline: deadline)
      all.entries += page.entries
      all.commonPrefixes += page.commonPrefixes
      continuation = page.continuation
    } while continuation != nil
    return all
  }

  /// One page of up to `limit` keys (AWS gives no more than 1000).
  public func listPage(
    bucket: String, prefix: String = "", delimiter: String? = nil, continuation: String? = nil, limit: Int = 1000,
    deadline: Deadline
  ) throws(AWSError) -> S3Listing {
    guard !bucket.isEmpty else {
      throw AWSError(.invalidRequest, "S3 ListObjectsV2", "the bucket must not be empty")
    }
    var request = request("GET", "ListObjectsV2", bucket: bucket, key: nil)
    // Keys may hold characters that XML cannot.
    request.query = [("list-type", "2"), ("encoding-type", "url"), ("max-keys", String(limit)), ("prefix", prefix)]
    if let delimiter { request.query.append(("delimiter", delimiter)) }
    if let continuation { request.query.append(("continuation-token", continuation)) }
    let sent = request
    return try client.send(sent, deadline: deadline) { (answer) throws(AWSError) in
      guard let document = XMLElement(answer.body) else {
        throw .corrupt("S3 ListObjectsV2", of: sent.resource, "the answer is cut off, or no XML")
      }
      // S3 may find out that it cannot go on after it has sent 200.
      guard document.name != "Error" else {
        var failed = answer
        failed.status = 500
        throw AWSError(failed, operation: "S3 ListObjectsV2", resource: sent.resource, now: self.client.session.now)
      }
      guard let listing = S3Listing(document) else {
        throw .corrupt("S3 ListObjectsV2", of: sent.resource, "the answer is no list of keys")
      }
      return listing
    }
  }
}
