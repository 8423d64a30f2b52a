import Contracts
import FoundationEssentials
import HTTP
import Time
import WARC

extension LivePages {
  /// Stores an object of the attempt's archive by its number, from 1.
  package typealias SegmentStore = (_ number: Int, _ archive: PageArchive, Deadline) throws(PipelineError) -> Void

  package func readSegments(
    _ request: FetchRequest, deadline: Deadline, _ use: SegmentReceiver
  ) throws(SegmentError) {
    let opened: (any SegmentedBody)?
    do throws(FetchError) { opened = try (pages.source as? any SegmentSource)?.open(request, deadline: deadline) } catch
    {
      throw .fetch(error)
    }
    guard let body = opened else { return try readWhole(request, deadline: deadline, use) }
    progress?.found(1)
    var records = SegmentRecords(url: redactor.address(request.url), at: body.fetchedAt, writer: writer)
    var segment = BodySegment(Data(), record: records.id, validated: body.fetchedAt)
    var read = 0
    repeat {
      do throws(FetchError) { segment.bytes = try body.next(deadline: deadline) } catch { throw .fetch(error) }
      read += segment.bytes.count
      segment.isLast = read >= body.size || segment.bytes.isEmpty
      do throws(WARCError) {
        if segment.number > 1 { try beginSegment(segment.number) }
        try append(
          segment.number == 1
            ? records.first(segment.bytes, headers: body.headers)
            : records.next(segment.bytes, isLast: segment.isLast))
      } catch {
        throw .fetch(FetchError(.unusable, "it cannot be archived: \(error)"))
      }
      do throws(PipelineError) {
        // Before anything interprets it.
        try storeSegment?(segment.number, archive, deadline)
        hasStoredArchive = true
        clearArchive()
        try use(segment)
      } catch { throw .use(error) }
      segment.number += 1
    } while !segment.isLast
    pages.counts.fetched += 1
    progress?.finished()
  }
}
