import Contracts
import FoundationEssentials
import Time
import WARC

/// The pages of an archive: what a run read, to be read again without asking the site.
final class ArchivedPages: PageFetcher {
  private let archive: Data
  private let key: String
  private var index = ArchiveIndex()

  /// - Parameter key: where the archive lies, for messages.
  /// - Throws: `StorageCorrupt` when it is not a WARC file throughout.
  init(_ archive: Data, at key: String) throws(PipelineError) {
    self.archive = archive
    self.key = key
    do {
      var reader = try WARCReader(archive)
      while let (record, range) = try reader.next().map({ ($0.record, $0.range) }) {
        guard let url = record.targetURI else { continue }
        switch record.kind {
        case .response: index.add(url, at: range, validated: record.date)
        case .revisit where record.fields["WARC-Profile"] == PageArchive.notModified:
          index.validate(url, at: record.date)
        default: break
        }
      }
    } catch {
      throw PipelineError(.storageCorrupt, "\(key): \(error)")
    }
  }

  /// The site of which it holds a page; nil when it does not hold it of any.
  func site(of path: String) -> Site? {
    index.urls.lazy.compactMap { url in
      Site(String(url.dropLast(path.count))).flatMap { $0.url(of: path) == url ? $0 : nil }
    }.first
  }

  func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    urls.map { url in Result { () throws(FetchError) in try page(url) } }
  }

  private func page(_ url: String) throws(FetchError) -> Page {
    var read = try read(url)
    for _ in 0..<PageResponse.maximumRedirects {
      guard let target = read.exchange.redirect else { break }
      read = try self.read(target)
    }
    return try read.exchange.page(validated: read.validated)
  }

  private func read(_ url: String) throws(FetchError) -> CapturedPage {
    let page: CapturedPage?
    do { page = try index.page(url, in: archive) } catch {
      throw FetchError(.unusable, "its record in \(key) is no HTTP answer: \(error)")
    }
    guard let page else { throw FetchError(.notArchived, "\(key) does not hold it") }
    return page
  }
}
