import FoundationEssentials
import Text

/// A page of the keys of a bucket.
public struct S3Listing: Equatable, Sendable {
  public struct Entry: Equatable, Sendable {
    public let key: String
    /// In bytes.
    public let size: Int
    public let etag: String
    public let lastModified: Date?
  }

  public var entries: [Entry]
  /// The common beginnings, up to the delimiter, of keys that are not listed one by one.
  public var commonPrefixes: [String]
  /// The token of the next page; nil on the last page.
  public let continuation: String?
}

extension S3Listing {
  /// Reads a ListBucketResult. Returns nil for other documents, and for one that has a next page but no token for it.
  package init?(_ document: XMLElement) {
    guard document.name == "ListBucketResult" else { return nil }
    let isEncoded = document["EncodingType"] == "url"
    func plain(_ text: String) -> String { isEncoded ? PercentEncoding.decode(text, plusIsSpace: true) : text }
    var entries: [Entry] = []
    for element in document.children where element.name == "Contents" {
      guard let key = element["Key"], let size = element["Size"].flatMap({ Int(digits: $0) })
      else { return nil }
      entries.append(
        Entry(
          key: plain(key), size: size, etag: element["ETag"] ?? "",
          lastModified: element["LastModified"].flatMap(AWSDate.parse)))
    }
    self.entries = entries
    commonPrefixes = document.children.filter { $0.name == "CommonPrefixes" }.compactMap { $0["Prefix"].map(plain) }
    // With an empty token the next page would be this one again.
    let token = document["NextContinuationToken"].flatMap { $0.isEmpty ? nil : $0 }
    continuation = document["IsTruncated"] == "true" ? token : nil
    guard document["IsTruncated"] != "true" || continuation != nil else { return nil }
  }
}
