import FoundationEssentials
import Text

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
