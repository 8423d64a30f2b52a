import Compression
import Contracts
import FoundationEssentials
import HTTP
import RawStore
import WARC

/// A response together with its archive record.
struct CapturedPage {
  /// The field of a record whose request was not a shared one: `FetchRequest.fingerprint`. The standard lets writers add
  /// fields, and readers ignore unknown ones.
  static let fingerprint = "WARC-X-Request"

  let response: PageResponse
  /// The archive record of the response, as a gzip member.
  let member: Data
  /// The record's identity.
  let recordID: String
  /// The time at which the source last confirmed that the page is current.
  let validated: Date
  /// `FetchRequest.fingerprint` of its request.
  let fingerprint: String?

  /// A page that was just received.
  /// - Throws: `WARCError`.
  init(_ response: PageResponse, writer: RecordWriter, fingerprint: String? = nil) throws(WARCError) {
    // Without a coded body, headers that name a coding are those of a body that was changed.
    let isCoded = response.codedBody != nil || ContentCodings(response.headers.list("Content-Encoding") ?? "").isEmpty
    let archived = WARCResponse(
      status: response.status, headers: response.headers.map { WARCField($0.name, $0.value) },
      body: response.codedBody ?? response.body
    ).describingBody(isCoded: isCoded)
    let record = try WARCRecord(
      archived, from: response.url, at: response.fetchedAt, id: writer.newID(),
      fields: fingerprint.map { [WARCField(Self.fingerprint, $0)] } ?? [])
    // As a replay reads it. The body as received is in the record.
    self.response = PageResponse(
      url: response.url, status: response.status, headers: HTTPHeaders(archived.headers.map { ($0.name, $0.value) }),
      body: response.body, fetchedAt: response.fetchedAt)
    member = try writer.member(of: record, isCompressed: response.codedBody != nil)
    recordID = record.id
    validated = response.fetchedAt
    self.fingerprint = fingerprint
  }

  /// A page from the page store.
  /// - Parameter maximumBodyBytes: the policy's limit.
  /// - Throws: `StorageCorrupt` unless its member is one record, of this page.
  init(_ page: StoredPage, maximumBodyBytes: Int) throws(PipelineError) {
    do {
      let members = try WARCReader.members(of: page.member, maximumRecordBytes: maximumBodyBytes * 2)
      if members.count == 1, let record = members.first?.record, record.targetURI == page.url {
        try self.init(
          record, member: page.member, validated: page.validated, maximumBodyBytes: maximumBodyBytes)
        return
      }
    } catch {
      throw PipelineError(.storageCorrupt, "the stored page of \(page.url) cannot be read: \(error)")
    }
    throw PipelineError(.storageCorrupt, "the stored page of \(page.url) is another page")
  }

  /// - Parameters:
  ///   - record: a response record, the content of `member`.
  ///   - maximumBodyBytes: the limit of the decoded body.
  init(
    _ record: WARCRecord, member: Data, validated: Date, maximumBodyBytes: Int = 64 << 20
  ) throws(WARCError) {
    let response = try record.response()
    do {
      self.response = try PageResponse(
        url: record.targetURI ?? "", status: response.status,
        headers: HTTPHeaders(response.headers.map { ($0.name, $0.value) }), archivedBody: response.body,
        maximumBytes: maximumBodyBytes, fetchedAt: record.date)
    } catch { throw WARCError(error) }
    self.member = member
    recordID = record.id
    self.validated = validated
    fingerprint = record.fields[Self.fingerprint]
  }

  private init(_ page: CapturedPage, validated: Date) {
    response = page.response
    member = page.member
    recordID = page.recordID
    self.validated = validated
    fingerprint = page.fingerprint
  }

  /// Returns the same page with a later validation.
  func validated(at date: Date) -> CapturedPage { CapturedPage(self, validated: date) }

  /// Returns the page, if the response is a usable one.
  func page(accepting policy: FetchPolicy) throws(FetchError) -> Page {
    var page = try response.page(validated: validated, accepting: policy)
    page.record = recordID
    page.isDelimited = response.isDelimited
    return page
  }

  var stored: StoredPage { StoredPage(url: response.url, member: member, validated: validated) }
}
