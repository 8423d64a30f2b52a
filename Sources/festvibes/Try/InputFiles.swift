import Contracts
import Fetching
import Foundation
import Processing
import Time

/// Files in place of a source: each is the body of a page, in their order.
final class InputFiles: BodyReader {
  /// The limit of a file, in bytes: that of the extractor `file`.
  static let maximumBytes = 100 << 20
  /// Bytes of a segment. A file that is larger is not in memory as a whole.
  static let segmentBytes = 8 << 20

  let policy: FetchPolicy
  private let paths: [String]
  private let time: any TimeSource
  private let segmentBytes: Int
  private let readAt: Date?

  /// - Parameters:
  ///   - policy: the rules of the source for which the files stand. Nothing is requested.
  ///   - readAt: the time at which the files were read from the source; nil for the present.
  init(
    _ paths: [String], policy: FetchPolicy, segmentBytes: Int = InputFiles.segmentBytes, readAt: Date? = nil,
    time: any TimeSource = SystemTime()
  ) {
    self.readAt = readAt
    self.segmentBytes = segmentBytes
    self.paths = paths
    self.policy = policy
    self.time = time
  }

  func read(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline,
    use: (RawBody) throws(PipelineError) -> BodyFacts
  ) throws(PipelineError) -> BodiesRead {
    for path in paths {
      let file = try Self.open(path)
      defer { try? file.handle.close() }
      var body = RawBody([], address: path, origin: URL(filePath: path).lastPathComponent)
      body.readAt = readAt ?? time.now
      var read = 0
      repeat {
        do { body.bytes = [UInt8](try file.handle.read(upToCount: segmentBytes) ?? Data()) } catch {
          throw PipelineError(.invalidInput, "\(path) cannot be read: \((error as NSError).localizedDescription)")
        }
        read += body.bytes.count
        body.isLast = read >= file.size || body.bytes.isEmpty
        _ = try use(body)
        body.segment += 1
      } while !body.isLast
    }
    return BodiesRead(pagesRead: paths.count, readAt: readAt ?? time.now, isComplete: true)
  }

  /// - Throws: `InvalidInput` for a file that cannot be read, or is too large.
  private static func open(_ path: String) throws(PipelineError) -> (handle: FileHandle, size: Int) {
    do {
      let url = URL(filePath: path)
      let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
      if size > maximumBytes {
        throw PipelineError(
          .invalidInput, "\(path) has \(size) bytes, more than the \(maximumBytes) that an input may have: cut it")
      }
      return (try FileHandle(forReadingFrom: url), size)
    } catch let error as PipelineError {
      throw error
    } catch {
      throw PipelineError(.invalidInput, "\(path) cannot be read: \((error as NSError).localizedDescription)")
    }
  }
}

/// A fetcher for readers that request nothing.
final class NoPages: PageFetcher {
  func read(
    _ requests: [FetchRequest], deadline: Deadline, _ use: (_ index: Int, _ page: Page) throws -> Void
  ) -> [(any Error)?] {
    requests.map { _ in PipelineError(.invalidInput, "nothing is requested where files are given") }
  }
}
