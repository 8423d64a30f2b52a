import FoundationEssentials
import HTTP
import Time

extension S3Client {
  /// Lists all keys of a bucket that begin with a prefix, in the order of their bytes, over as many pages as needed.
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

  /// Lists one page of up to `limit` keys. AWS returns at most 1000.
  public func listPage(
    bucket: String, prefix: String = "", delimiter: String? = nil, continuation: String? = nil, limit: Int = 1000,
    deadline: Deadline
  ) throws(AWSError) -> S3Listing {
    guard !bucket.isEmpty else {
      throw AWSError(.invalidRequest, "S3 ListObjectsV2", "the bucket must not be empty")
    }
    var request = request("GET", "ListObjectsV2", bucket: bucket, key: nil)
    // Keys may contain characters that XML cannot represent.
    request.query = [("list-type", "2"), ("encoding-type", "url"), ("max-keys", String(limit)), ("prefix", prefix)]
    if let delimiter { request.query.append(("delimiter", delimiter)) }
    if let continuation { request.query.append(("continuation-token", continuation)) }
    let sent = request
    return try client.send(sent, deadline: deadline) { (response) throws(AWSError) in
      guard let document = XMLElement(response.body) else {
        throw .corrupt("S3 ListObjectsV2", of: sent.resource, "the response is truncated, or not XML")
      }
      // S3 may fail after it has sent status 200.
      guard document.name != "Error" else {
        var failed = response
        failed.status = 500
        throw AWSError(failed, operation: "S3 ListObjectsV2", resource: sent.resource, now: self.client.session.now)
      }
      guard let listing = S3Listing(document) else {
        throw .corrupt("S3 ListObjectsV2", of: sent.resource, "the response is not a list of keys")
      }
      return listing
    }
  }
}
