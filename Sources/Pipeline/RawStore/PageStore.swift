import AWS
import Contracts
import Cryptography
import FoundationEssentials
import Time

/// The pages of a source, kept beside the raw data for all items and runs: `pages/SOURCE/SHA256.warc.gz`, the digest of the address, or of
/// variant and address if several datasets may get other answers from one address; with the time of the last validation in the object's metadata. The scrapers of a run use leases to request each page once: see
/// `acquire`. Of a page that is not stored yet, the lease is the object itself, until the page replaces it.
public final class PageStore {
  private static let validated = "validated"

  let objects: any ObjectStore
  private let bucket: String
  /// `pages/SOURCE`.
  private let folder: String
  private let variant: String?
  private let maximumBytes: Int

  init(source: String, variant: String?, bucket: String, objects: any ObjectStore, maximumBytes: Int) {
    self.objects = objects
    self.bucket = bucket
    self.variant = variant
    self.maximumBytes = maximumBytes
    folder = "pages/\(source)"
  }

  /// Reads pages.
  /// - Returns: the slot of each address, in order; `StorageCorrupt` if the object is not what was written.
  public func slots(_ urls: [String], deadline: Deadline) -> [Result<PageSlot, PipelineError>] {
    let outcomes = objects.getAll(urls.map(location), maximumBytes: maximumBytes, deadline: deadline)
    return zip(urls, outcomes).map { url, outcome in
      switch outcome {
      case .failure(let error) where error.kind == .notFound: return .success(.empty)
      case .failure(let error): return .failure(PipelineError(error))
      case .success(let object):
        if let validated = object.info.metadata[Self.validated].flatMap({ RFC3339.parse($0)?.date }) {
          return .success(.page(StoredPage(url: url, member: object.body, validated: validated)))
        }
        if let lease = PageLease(object.body) { return .success(.leased(lease, etag: object.info.etag)) }
        return .failure(PipelineError(.storageCorrupt, "\(objects.address(of: location(url))) has no validation time"))
      }
    }
  }

  /// Stores pages, and replaces earlier versions of them.
  /// - Returns: the failure of each page, in order; nil for a page that was stored.
  public func store(_ pages: [StoredPage], deadline: Deadline) -> [PipelineError?] {
    let writes = pages.map { page in
      S3Write(
        page.member, to: location(page.url), contentType: "application/gzip",
        metadata: [Self.validated: RFC3339.utc(roundingToMilliseconds: page.validated)])
    }
    return objects.putAll(writes, deadline: deadline).map { outcome in
      if case .failure(let error) = outcome { return PipelineError(error) }
      return nil
    }
  }

  func location(_ url: String) -> S3Location { location(url) { "\($0).warc.gz" } }

  func leaseLocation(_ url: String, run: String) -> S3Location {
    location(url) { "claims/\(RawKey.safe(run))/\($0)" }
  }

  /// The name is the address's digest, since an address may be longer than a key, and have characters that a key should
  /// not have. If OpenSSL fails, the key is empty, which the S3 client refuses.
  private func location(_ url: String, _ key: (String) -> String) -> S3Location {
    let identity = variant.map { "\($0)\n\(url)" } ?? url
    let digest = try? Digest(of: Data(identity.utf8))
    return S3Location(bucket: bucket, key: digest.map { "\(folder)/\(key($0.hexadecimal))" } ?? "")
  }
}
