import Contracts
import FoundationEssentials
import HTTP
import RawStore
import WARC

/// A page of the page store, which the source may have to confirm. Its body is decoded when it is used: the pages of a batch
/// are in memory together.
struct KnownPage {
  let url: String
  let validated: Date
  /// The headers of a request that asks whether it has changed; empty if it must be requested whole.
  let validators: [String: String]
  private let record: WARCRecord
  private let member: Data
  private let maximumBodyBytes: Int

  var recordID: String { record.id }

  /// - Parameter maximumBodyBytes: the policy's limit.
  /// - Throws: `StorageCorrupt` unless its member is one record, of this page.
  init(_ page: StoredPage, maximumBodyBytes: Int) throws(PipelineError) {
    url = page.url
    validated = page.validated
    member = page.member
    self.maximumBodyBytes = maximumBodyBytes
    let record: WARCRecord?
    do {
      let members = try WARCReader.members(of: page.member, maximumRecordBytes: maximumBodyBytes * 2)
      record = members.count == 1 ? members.first?.record : nil
    } catch {
      throw PipelineError(.storageCorrupt, "the stored page of \(page.url) cannot be read: \(error)")
    }
    guard let record, record.targetURI == page.url else {
      throw PipelineError(.storageCorrupt, "the stored page of \(page.url) is another page")
    }
    self.record = record
    do {
      let response = try record.response()
      // With a content coding, the page was found whole before it was stored.
      validators =
        PageResponse(
          url: page.url, status: response.status, headers: HTTPHeaders(response.headers.map { ($0.name, $0.value) }),
          body: response.body, fetchedAt: record.date
        ).revalidationRequest(page.url).headers
    } catch {
      throw PipelineError(.storageCorrupt, "the stored page of \(page.url) cannot be read: \(error)")
    }
  }

  /// Returns the page, with its body.
  /// - Parameter date: the time of a later validation; nil leaves the stored one.
  /// - Throws: `StorageCorrupt` if its body cannot be decoded.
  func captured(validatedAt date: Date? = nil) throws(PipelineError) -> CapturedPage {
    do {
      return try CapturedPage(
        record, member: member, validated: date ?? validated, maximumBodyBytes: maximumBodyBytes)
    } catch {
      throw PipelineError(.storageCorrupt, "the stored page of \(url) cannot be read: \(error)")
    }
  }
}
