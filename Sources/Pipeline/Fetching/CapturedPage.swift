import Contracts
import FoundationEssentials
import HTTP
import RawStore
import WARC

/// A page as it was read, and as it is kept.
struct CapturedPage {
  let exchange: PageResponse
  /// The archive record of the exchange, as a gzip member.
  let member: Data
  /// The record's identity.
  let recordID: String
  /// When the site last said that this is the page.
  let validated: Date

  /// A page that has just come in.
  /// - Throws: `WARCError`.
  init(_ exchange: PageResponse, recordID: String) throws(WARCError) {
    let record = try WARCRecord(
      WARCResponse(
        status: exchange.status, headers: exchange.headers.map { WARCField($0.name, $0.value) }, body: exchange.body
      ).describingDecodedBody,
      from: exchange.url, at: exchange.fetchedAt, id: recordID)
    try self.init(record, member: record.compressed(), validated: exchange.fetchedAt)
  }

  /// A page from the store.
  /// - Throws: `StorageCorrupt` when its member is not a record of it, and of it alone.
  init(_ page: StoredPage) throws(PipelineError) {
    do {
      let members = try WARCReader.members(of: page.member, maximumRecordBytes: HTTPPageSource.maximumPageBytes * 2)
      if members.count == 1, let record = members.first?.record, record.targetURI == page.url {
        try self.init(record, member: page.member, validated: page.validated)
        return
      }
    } catch {
      throw PipelineError(.storageCorrupt, "what is kept of \(page.url) cannot be read: \(error)")
    }
    throw PipelineError(.storageCorrupt, "what is kept of \(page.url) is another page")
  }

  /// - Parameter record: of an HTTP answer; it is what `member` holds.
  init(_ record: WARCRecord, member: Data, validated: Date) throws(WARCError) {
    let response = try record.response()
    exchange = PageResponse(
      url: record.targetURI ?? "", status: response.status,
      headers: HTTPHeaders(response.headers.map { ($0.name, $0.value) }), body: response.body, fetchedAt: record.date)
    self.member = member
    recordID = record.id
    self.validated = validated
  }

  private init(_ page: CapturedPage, validated: Date) {
    exchange = page.exchange
    member = page.member
    recordID = page.recordID
    self.validated = validated
  }

  /// The same page, of which the site said later that it has not changed.
  func validated(at date: Date) -> CapturedPage { CapturedPage(self, validated: date) }

  var kept: StoredPage { StoredPage(url: exchange.url, member: member, validated: validated) }
}
