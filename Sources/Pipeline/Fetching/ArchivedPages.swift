import Contracts
import FoundationEssentials
import Time
import WARC

/// The pages of an archive, for a replay without requests to the source.
package final class ArchivedPages: PageFetcher {
  private let archive: Data
  let key: String
  private let policy: FetchPolicy
  let redactor: Redactor
  let readSegment: SegmentReader?
  /// The lengths of the first records of bodies in segments, by their addresses.
  private(set) var segmented: [String: Int] = [:]
  private var index = ArchiveIndex()
  package private(set) var began: Date?
  /// `run RUN, ITEM`, from the archive's `warcinfo` record.
  private var isPartOf: String?
  /// The position from which the source was read; nil if everything was.
  package private(set) var checkpoint: Checkpoint?
  /// The addresses of the archive by their normal spelling. Earlier versions requested links as a page spells them.
  private lazy var spellings = Dictionary(index.urls.map { (LinkResolver.normal(url: $0), $0) }) { first, _ in first }

  /// - Parameters:
  ///   - key: the archive's key or address, for messages.
  ///   - readSegment: reads the objects that continue the archive; nil if there is no way to them.
  /// - Throws: `StorageCorrupt` if the bytes are not a WARC file from start to end.
  package init(
    _ archive: Data, at key: String, policy: FetchPolicy, readSegment: SegmentReader? = nil
  ) throws(PipelineError) {
    self.archive = archive
    self.readSegment = readSegment
    self.key = key
    self.policy = policy
    redactor = Redactor(policy)
    do {
      var reader = try WARCReader(archive)
      while let (record, range) = try reader.next().map({ ($0.record, $0.range) }) {
        if record.kind == .warcinfo {
          isPartOf = Self.field("isPartOf", of: record)
          if let text = Self.field(PageArchive.checkpoint, of: record) {
            guard let known = Checkpoint(infoText: text) else {
              throw PipelineError(.storageCorrupt, "\(key): its checkpoint cannot be read")
            }
            checkpoint = known
          }
        }
        began = began ?? record.date
        guard let url = record.targetURI else { continue }
        switch record.kind {
        case .response:
          if record.isFirstSegment { segmented[url] = record.block.count }
          index.add(url, fingerprint: record.fields[CapturedPage.fingerprint], at: range, validated: record.date)
        case .revisit where record.fields["WARC-Profile"] == PageArchive.notModified:
          index.validate(url, at: record.date)
        default: break
        }
      }
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError(.storageCorrupt, "\(key): \(error)")
    }
  }

  /// True unless the archive names another item. A key alone is ambiguous: it may be of the item `a` and the run `b_1`, or
  /// of the item `a_b` and the run `1`.
  package func isOf(_ item: WorkItem) -> Bool { isPartOf?.hasSuffix(", \(item)") ?? true }

  /// Reads the field from the block of a `warcinfo` record, which has the form `name: value` in each line.
  private static func field(_ name: String, of info: WARCRecord) -> String? {
    let name = "\(name): "
    return String(decoding: info.block, as: UTF8.self).split(whereSeparator: \.isNewline).first { $0.hasPrefix(name) }
      .map { String($0.dropFirst(name.count)) }
  }

  package func archivedSite(holding path: String) -> Site? {
    index.urls.lazy.compactMap { url in
      Site(String(url.dropLast(path.count))).flatMap { $0.url(of: path) == url ? $0 : nil }
    }.first
  }

  package func read(
    _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
  ) -> [(any Error)?] {
    requests.enumerated().map { index, request in
      do {
        guard !deadline.hasPassed else { throw FetchError(.timedOut, "no time was left to read it") }
        try use(index, page(request))
        return nil
      } catch { return error }
    }
  }

  private func page(_ request: FetchRequest) throws(FetchError) -> Page {
    var captured = try read(request)
    for _ in 0..<PageResponse.maximumRedirects {
      guard let target = request.redirected(by: captured.response) else { break }
      captured = try read(target)
    }
    return try captured.page(accepting: policy)
  }

  private func read(_ request: FetchRequest) throws(FetchError) -> CapturedPage {
    var page: CapturedPage?
    let address = redactor.address(request.url)
    do {
      page = try index.page(address, fingerprint: request.fingerprint(policy), in: archive)
      // Only for a request in the normal spelling: of another one, a parameter may be the page's number.
      if page == nil, request.isShared, LinkResolver.normal(url: address) == address, let other = spellings[address] {
        page = try index.page(other, in: archive)
      }
    } catch {
      throw FetchError(.unusable, "its record in \(key) does not hold an HTTP response: \(error)")
    }
    guard let page else { throw FetchError(.notArchived, "\(key) does not hold it") }
    return page
  }
}
