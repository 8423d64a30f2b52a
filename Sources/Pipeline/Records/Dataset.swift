import Time

/// What the stages must know of the listings that they work on.
public struct Dataset: Sendable {
  /// Stands in S3 keys and in the `source` columns.
  public let name: String
  /// What a record is: stands in S3 keys.
  public let dataType: String
  /// The IANA zone whose wall clock the listings mean, and whose days the dates are.
  public let timeZone: String

  /// The WWOZ Livewire calendar of concerts in New Orleans.
  public static let wwoz = Dataset(name: "wwoz", dataType: "events", timeZone: "America/Chicago")

  /// The zone's rules, from the system's files.
  /// - Throws: `ConfigurationInvalid` when the system has no such file.
  public func timeZoneRules() throws(PipelineError) -> TimeZoneRules {
    do {
      return try TimeZoneRules(identifier: timeZone)
    } catch {
      throw PipelineError(
        .configurationInvalid, "the rules of time zone \(timeZone) cannot be read (\(error)): install tzdata")
    }
  }
}
