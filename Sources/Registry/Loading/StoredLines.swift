import AWS
import Contracts
import Definitions
import JSON
import JSONLinesSink
import Time

/// The files of JSON Lines into which a dataset is loaded, for a person who asks for some days.
public struct StoredLines {
  /// The field with a record's date.
  public let date: String
  /// The fields of a line, in their order.
  public let fields: [String]
  /// The fields that name a line beside its date.
  public let names: [String]
  /// The dates of each file, the earliest first.
  public let dates: [ClosedRange<CalendarDate>]
  private let files: [LinesReader.File]
  private let reader: LinesReader

  /// Lists the files of a definition's sink.
  /// - Parameter environment: has the credentials, the region and the endpoints of AWS.
  /// - Returns: nil for a dataset without such a sink.
  /// - Throws: `ConfigurationInvalid` for a bucket that does not exist or cannot be read; `StorageUnavailable`.
  public init?(
    of definition: Definition, environment: [String: String], profiles: ProfileFiles?, deadline: Deadline
  ) throws(PipelineError) {
    guard let section = definition.sinks.first(where: { $0.plugin == LinesSettings.plugin }) else { return nil }
    let settings = LinesSettings(section)
    reader = try LinesReader(settings) { (region) throws(AWSError) in
      try AWSSession(environment: environment, region: region, profiles: profiles)
    }
    files = try reader.files(deadline: deadline)
    dates = files.map(\.dates)
    (date, fields, names) = (settings.date, settings.fields, settings.names)
  }

  /// The plugin's form, for reading a definition's sinks alone.
  public static let form = LinesSettings.form

  /// Reads the records of some days, in their order.
  /// - Throws: `StorageCorrupt` for a line that is no JSON object.
  public func records(
    of days: ClosedRange<CalendarDate>, deadline: Deadline
  ) throws(PipelineError) -> [JSONObject] {
    let wanted = files.filter { $0.dates.overlaps(days) }
    let records = try reader.records(of: wanted, deadline: deadline).filter { record in
      record[date]?.string.flatMap { CalendarDate($0) }.map(days.contains) ?? false
    }
    // Two files may have days of one week.
    return reader.settings.inOrder(records)
  }
}
