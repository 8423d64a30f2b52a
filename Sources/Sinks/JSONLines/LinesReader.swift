import AWS
import Contracts
import FoundationEssentials
import JSON
import Time

/// The stored files of a sink `json_lines`, for a reader.
public final class LinesReader {
  /// A file, by its key's dates.
  public struct File: Equatable, Sendable {
    public let dates: ClosedRange<CalendarDate>
    let key: String
  }

  public let settings: LinesSettings
  private let client: S3Client

  /// - Parameter session: makes the session of AWS for a region. Nothing is connected yet.
  /// - Throws: `ConfigurationInvalid` if no region is known, or the endpoint is malformed.
  public init(
    _ settings: LinesSettings, session: (_ region: String?) throws(AWSError) -> AWSSession
  ) throws(PipelineError) {
    self.settings = settings
    do { client = try S3Client(session(settings.region)) } catch { throw PipelineError(lines: error) }
  }

  /// Lists the files, also those of another program with such keys, by their dates.
  public func files(deadline: Deadline) throws(PipelineError) -> [File] {
    let listing: S3Listing
    do throws(AWSError) {
      listing = try client.list(bucket: settings.bucket, prefix: settings.key.folder, deadline: deadline)
    } catch { throw PipelineError(lines: error) }
    return listing.entries.compactMap { entry in
      settings.key.dates(of: entry.key).map { File(dates: $0, key: entry.key) }
    }.sorted { ($0.dates.lowerBound, $0.key) < ($1.dates.lowerBound, $1.key) }
  }

  /// Reads the records of files, in the order of the files.
  /// - Throws: `StorageCorrupt` for a line that is no JSON object.
  public func records(of files: [File], deadline: Deadline) throws(PipelineError) -> [JSONObject] {
    var records: [JSONObject] = []
    let keys = files.map(\.key)
    let objects = BucketLines(client, bucket: settings.bucket)
    for (key, outcome) in zip(keys, objects.getAll(keys, deadline: deadline)) {
      let object: S3Object?
      do throws(AWSError) { object = try outcome.get() } catch { throw PipelineError(lines: error) }
      // Its dates have moved since the folder was listed.
      guard let object else { continue }
      for (number, line) in object.body.split(separator: UInt8(ascii: "\n")).enumerated() {
        guard let record = (try? JSONValue(parsing: line))?.object else {
          throw PipelineError(
            .storageCorrupt,
            "\(objects.address(of: key)):\(number + 1) is no JSON object. A load of its records after it was deleted writes the "
              + "file again")
        }
        records.append(record)
      }
    }
    return records
  }
}
