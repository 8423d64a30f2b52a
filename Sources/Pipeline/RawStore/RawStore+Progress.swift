import AWS
import Contracts
import FoundationEssentials
import Time

extension RawStore {
  /// The size limit for a progress object, which has about 100 bytes.
  private static let maximumProgressBytes = 4096

  private static func progressKey(_ run: String, _ item: WorkItem) -> String { "pages/progress/\(run)/\(item.id).json" }

  /// Replaces the progress of an item's scrape.
  public func put(
    _ progress: ScrapeProgress, ofRun run: String, item: WorkItem, deadline: Deadline
  ) throws(PipelineError) {
    guard let data = try? JSONEncoder().encode(progress) else { return }
    do {
      let location = S3Location(bucket: bucket, key: Self.progressKey(run, item))
      try objects.put(S3Write(data, to: location, contentType: "application/json"), deadline: deadline)
    } catch { throw PipelineError(error) }
  }

  /// Returns the progress of an item's scrape; nil if there is none.
  public func progress(
    ofRun run: String, item: WorkItem, deadline: Deadline
  ) throws(PipelineError) -> ScrapeProgress? {
    do {
      let object = try objects.get(
        S3Location(bucket: bucket, key: Self.progressKey(run, item)), maximumBytes: Self.maximumProgressBytes,
        deadline: deadline)
      return try? JSONDecoder().decode(ScrapeProgress.self, from: object.body)
    } catch {
      guard error.kind != .notFound else { return nil }
      throw PipelineError(error)
    }
  }
}
