import FoundationEssentials
import HTTP
import Time

/// A page of a bucket's keys.
public struct S3Listing: Equatable, Sendable {
  public struct Entry: Equatable, Sendable {
    public let key: String
    /// In bytes.
    public let size: Int
    public let etag: String
    public let lastModified: Date?
  }

  public var entries: [Entry]
  /// What the keys that were rolled up under the delimiter begin with.
  public var commonPrefixes: [String]
  /// Asks for the page after this one; nil on the last.
  public let continuation: String?
}

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

extension S3Listing {
  /// Nil when it is no ListBucketResult, or one that says there is more and not how to get it.
  init?(_ document: XMLElement) {
    guard document.name == "ListBucketResult" else { return nil }
    let isEncoded = document["EncodingType"] == "url"
    func plain(_ text: String) -> String { isEncoded ? PercentEncoding.decode(text, plusIsSpace: true) : text }
    var entries: [Entry] = []
    for element in document.children where element.name == "Contents" {
      guard let key = element["Key"], let size = element["Size"].flatMap({ Int($0) }) else { return nil }
      entries.append(
        Entry(
          key: plain(key), size: size, etag: element["ETag"] ?? "",
          lastModified: element["LastModified"].flatMap(AWSDate.parse)))
    }
    self.entries = entries
    commonPrefixes = document.children.filter { $0.name == "CommonPrefixes" }.compactMap { $0["Prefix"].map(plain) }
    continuation = document["IsTruncated"] == "true" ? document["NextContinuationToken"] : nil
    guard document["IsTruncated"] != "true" || continuation != nil else { return nil }
  }
}
