import Fetching
import FoundationEssentials
import HTTP
import Time

/// A file of this machine that is read in segments. It must be the same from the first byte to the last: its size and its
/// time of change are compared after each segment.
final class FileSegments: SegmentedBody {
  let headers: HTTPHeaders
  let fetchedAt: Date
  private let file: LocalFile
  private let segmentBytes: Int
  private var position = 0

  var size: Int { file.size }

  init(_ file: LocalFile, segmentBytes: Int, headers: HTTPHeaders, fetchedAt: Date) {
    self.file = file
    self.segmentBytes = segmentBytes
    self.headers = headers
    // As archives have it.
    self.fetchedAt = Date(timeIntervalSince1970: (fetchedAt.timeIntervalSince1970 * 1000).rounded() / 1000)
  }

  func next(deadline: Deadline) throws(FetchError) -> Data {
    guard !deadline.hasPassed else { throw FetchError(.timedOut, "no time was left to read it") }
    let bytes = try file.bytes(at: position, count: min(segmentBytes, size - position))
    try file.checkUnchanged()
    position += bytes.count
    guard !bytes.isEmpty || position == size else { throw LocalFile.changed }
    return bytes
  }
}
