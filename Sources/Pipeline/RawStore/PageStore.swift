import AWS
import Contracts
import Cryptography
import FoundationEssentials
import Time

/// The pages of a source, kept in S3 for all dates and runs: `pages/wwoz/SHA256-OF-THE-ADDRESS.warc.gz`, with the time of
/// the last validation in the object's metadata.
///
/// The scrapers of a run, of which each page is asked for once, settle by claims who asks: see `claim`.
public final class PageStore {
  /// A page of the source has about 180 KB, and a fifth of it when compressed.
  static let maximumPageBytes = 4 << 20
  private static let validated = "validated"

  let s3: S3Client
  private let bucket: String
  /// `pages/wwoz`.
  private let folder: String

  init(dataset: String, bucket: String, s3: S3Client) {
    self.s3 = s3
    self.bucket = bucket
    folder = "pages/\(dataset)"
  }

  /// Reads pages.
  /// - Returns: the page of each address, in their order; nil where none is kept; `StorageCorrupt` where what lies there is
  ///   not what was written.
  public func pages(_ urls: [String], deadline: Deadline) -> [Result<StoredPage?, PipelineError>] {
    let answers = s3.getAll(urls.map(location), maximumBytes: Self.maximumPageBytes, deadline: deadline)
    return zip(urls, answers).map { url, answer in
      switch answer {
      case .failure(let error) where error.kind == .notFound: .success(nil)
      case .failure(let error): .failure(PipelineError(error))
      case .success(let object):
        if let validated = object.info.metadata[Self.validated].flatMap({ RFC3339.parse($0)?.date }) {
          .success(StoredPage(url: url, member: object.body, validated: validated))
        } else {
          .failure(PipelineError(.storageCorrupt, "\(location(url)) has no time of validation"))
        }
      }
    }
  }

  /// Keeps pages, in place of what was kept of their addresses.
  /// - Returns: why each was not kept, in their order; nil for those that were.
  public func keep(_ pages: [StoredPage], deadline: Deadline) -> [PipelineError?] {
    let writes = pages.map { page in
      S3Write(
        page.member, to: location(page.url), contentType: "application/gzip",
        metadata: [Self.validated: RFC3339.utc(roundingToMilliseconds: page.validated)])
    }
    return s3.putAll(writes, deadline: deadline).map { outcome in
      if case .failure(let error) = outcome { return PipelineError(error) }
      return nil
    }
  }

  private func location(_ url: String) -> S3Location { location(url) { "\($0).warc.gz" } }

  func claimLocation(_ url: String, run: String) -> S3Location {
    location(url) { "claims/\(RawKey.safe(run))/\($0)" }
  }

  /// By the address's digest: an address may be longer than a key, and hold what a key should not. Where OpenSSL does not
  /// work, the key is empty, which S3's client refuses.
  private func location(_ url: String, _ key: (String) -> String) -> S3Location {
    let digest = try? Digest(of: Data(url.utf8))
    return S3Location(bucket: bucket, key: digest.map { "\(folder)/\(key($0.hexadecimal))" } ?? "")
  }
}
