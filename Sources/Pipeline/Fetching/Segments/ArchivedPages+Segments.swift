import Contracts
import FoundationEssentials
import Time
import WARC

extension ArchivedPages {
  /// Reads an object of the archive by its number, from 2.
  package typealias SegmentReader = (_ number: Int, Deadline) throws(PipelineError) -> Data

  package func readSegments(
    _ request: FetchRequest, deadline: Deadline, _ use: SegmentReceiver
  ) throws(SegmentError) {
    let page: Page
    var length: Int
    do throws(FetchError) {
      (page, length) = try first(request, deadline: deadline)
    } catch { throw .fetch(error) }
    var segment = BodySegment(
      page.body, charset: page.charset, isLast: length == 0, record: page.record, validated: page.validated)
    while true {
      do throws(PipelineError) { try use(segment) } catch { throw .use(error) }
      guard !segment.isLast else { return }
      guard !deadline.hasPassed else { throw .fetch(FetchError(.timedOut, "no time was left to read it")) }
      segment.number += 1
      do throws(PipelineError) {
        let record = try continuation(segment.number, of: page.record, deadline: deadline)
        length += record.block.count
        segment.bytes = record.block
        if let total = record.fields[SegmentRecords.total] {
          segment.isLast = true
          guard Int(total) == length else {
            throw PipelineError(.storageCorrupt, "the archive \(key) has \(length) bytes of a file in \(total)")
          }
        }
      } catch { throw .use(error) }
    }
  }

  /// Returns the body of the first segment, and the length of its block; 0 for a body that is not in segments.
  private func first(_ request: FetchRequest, deadline: Deadline) throws(FetchError) -> (Page, Int) {
    let page = try page(request, deadline: deadline)
    let address = redactor.address(request.url)
    guard let length = segmented[address] else { return (page, 0) }
    return (page, length)
  }

  /// Reads a record that continues another one.
  private func continuation(
    _ number: Int, of first: String, deadline: Deadline
  ) throws(PipelineError) -> WARCRecord {
    guard let readSegment else {
      throw PipelineError(.storageCorrupt, "\(key) has a part of a file, and the others cannot be read here")
    }
    let bytes: Data
    do throws(PipelineError) { bytes = try readSegment(number, deadline) } catch {
      guard error.name == .invalidInput else { throw error }
      throw PipelineError(.storageCorrupt, "the archive \(key) has no segment \(number): its attempt did not end")
    }
    do throws(WARCError) {
      var reader = try WARCReader(bytes)
      while let record = try reader.next()?.record {
        guard record.kind == .continuation, record.fields[SegmentRecords.number] == "\(number)",
          record.fields[SegmentRecords.origin] == "<\(first)>"
        else { continue }
        return record
      }
    } catch {
      throw PipelineError(.storageCorrupt, "segment \(number) of \(key): \(error)")
    }
    throw PipelineError(.storageCorrupt, "segment \(number) of \(key) is of another archive")
  }
}
