import Contracts
import Fetching
import Foundation
import Processing
import Time

/// Files in place of a source: each is the body of a page, in their order.
final class InputFiles: BodyReader {
  /// The limit of a file, in bytes: that of the extractor `file`.
  static let maximumBytes = 100 << 20

  let policy: FetchPolicy
  private let paths: [String]
  private let time: any TimeSource

  /// - Parameter policy: the rules of the source for which the files stand. Nothing is requested.
  init(_ paths: [String], policy: FetchPolicy, time: any TimeSource = SystemTime()) {
    self.paths = paths
    self.policy = policy
    self.time = time
  }

  func read(
    _ item: WorkItem, via fetcher: any PageFetcher, deadline: Deadline,
    use: (RawBody) throws(PipelineError) -> BodyFacts
  ) throws(PipelineError) -> BodiesRead {
    for path in paths {
      _ = try use(
        RawBody([UInt8](try Self.contents(path)), address: path, origin: URL(filePath: path).lastPathComponent))
    }
    return BodiesRead(pagesRead: paths.count, readAt: time.now, isComplete: true)
  }

  /// - Throws: `InvalidInput` for a file that cannot be read, or is too large.
  private static func contents(_ path: String) throws(PipelineError) -> Data {
    do {
      let values = try URL(filePath: path).resourceValues(forKeys: [.fileSizeKey])
      if let size = values.fileSize, size > maximumBytes {
        throw PipelineError(
          .invalidInput, "\(path) has \(size) bytes, more than the \(maximumBytes) that an input may have: cut it")
      }
      return try Data(contentsOf: URL(filePath: path))
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
