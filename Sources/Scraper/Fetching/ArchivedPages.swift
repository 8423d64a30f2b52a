import FoundationEssentials
import Pipeline
import Time
import WARC

/// The pages of an archive: what a run read, to be read again without asking the site.
final class ArchivedPages: PageFetcher {
  private struct Entry {
    /// Of the record's member.
    let range: Range<Data.Index>
    var validated: Date
  }

  private let archive: Data
  private let key: String
  /// By address.
  private var entries: [String: Entry] = [:]

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
        case .response: entries[url] = Entry(range: range, validated: record.date)
        case .revisit where record.fields["WARC-Profile"] == PageArchive.notModified:
          entries[url]?.validated = record.date
        default: break
        }
      }
    } catch {
      throw PipelineError(.storageCorrupt, "\(key): \(error)")
    }
  }

  func fetch(_ urls: [String], deadline: Deadline) -> [Result<Page, FetchError>] {
    urls.map { url in Result { () throws(FetchError) in try page(url) } }
  }

  private func page(_ url: String) throws(FetchError) -> Page {
    var read = try read(url)
    for _ in 0..<PageExchange.mostRedirects {
      guard let target = read.exchange.redirect else { break }
      read = try self.read(target)
    }
    return try read.exchange.page(validated: read.validated)
  }

  private func read(_ url: String) throws(FetchError) -> ReadPage {
    guard let entry = entries[url] else { throw FetchError(.notArchived, "\(key) does not hold it") }
    do {
      let member = Data(archive[entry.range])
      guard let record = try WARCReader.members(of: member).first?.record else { throw Missing() }
      return try ReadPage(record, member: member, validated: entry.validated)
    } catch {
      throw FetchError(.unusable, "its record in \(key) is no HTTP answer: \(error)")
    }
  }

  private struct Missing: Error {}
}
