import Contracts
import Definitions
import FoundationEssentials
import Time

/// A schedule of a dataset: its own, or that of a profile of its plan, which is a job type.
public struct DatasetSchedule: Sendable {
  /// The time after which a missed start is given up, as by terraform's retry policy of schedules.
  public static let tolerance: TimeInterval = 4 * 3600
  /// The longest name of an execution.
  static let maximumNameLength = 80

  public let dataset: String
  /// The profile's name; nil for the dataset's own schedule.
  public let jobType: String?
  public let cron: CronExpression
  /// The zone of the expression.
  public let timeZone: String
  private let zone: TimeZoneRules

  /// - Throws: `ConfigurationInvalid`, naming the key.
  init(_ section: Section, of dataset: String, jobType: String? = nil) throws(PipelineError) {
    self.dataset = dataset
    self.jobType = jobType
    timeZone = section.text("timezone") ?? "UTC"
    do throws(CronError) { cron = try CronExpression(section.text("cron") ?? "") } catch {
      throw PipelineError(.configurationInvalid, "\(section.place).cron: \(error)")
    }
    do throws(TimeError) { zone = try TimeZoneRules(identifier: timeZone) } catch {
      throw PipelineError(.configurationInvalid, "\(section.place).timezone: \(error)")
    }
  }

  /// `coingecko_markets`, or `coingecko_markets, job hourly`.
  public var title: String { jobType.map { "\(dataset), job \($0)" } ?? dataset }

  /// Returns the first time after an instant; nil if there is none.
  public func next(after instant: Date) -> Date? { cron.next(after: instant, in: zone) }

  /// Returns the last time that is not after an instant; nil if there is none.
  public func previous(at instant: Date) -> Date? { cron.previous(at: instant, in: zone) }

  /// Returns the name of the execution of a time: `schedule-DATASET-JOB-20261127T0600Z`. Each scheduler gives the same one,
  /// so that Step Functions starts it once. A checksum keeps names apart that would be equal, or that are shortened.
  public func executionName(at time: Date) -> String {
    let stamp = RFC3339.string(time, offset: 0).prefix(16).filter { $0 != "-" && $0 != ":" } + "Z"
    let words = [dataset] + [jobType].compactMap { $0 }
    let name = "schedule-\(words.joined(separator: "-"))"
    // A word with a hyphen could end anywhere.
    let isPlain = !words.contains { $0.contains("-") } && name.utf8.count + stamp.utf8.count < Self.maximumNameLength
    guard !isPlain else { return "\(name)-\(stamp)" }
    let end = "-\(Self.checksum(words.joined(separator: "\u{0}")))-\(stamp)"
    return name.prefix(Self.maximumNameLength - end.utf8.count) + end
  }

  /// The input of the execution, as JSON.
  public var input: String {
    // The names have no character that JSON escapes.
    let job = jobType.map { #""job_type":"\#($0)","# } ?? ""
    return #"{"dataset":"\#(dataset)",\#(job)"trigger":"schedule"}"#
  }

  /// FNV-1a of 32 bits in eight digits. It names things; nothing depends on its strength.
  private static func checksum(_ text: String) -> String {
    let sum = text.utf8.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}

extension DatasetSchedule: Equatable {
  /// Schedules are equal if they have the same times of the same dataset and job.
  public static func == (left: DatasetSchedule, right: DatasetSchedule) -> Bool {
    left.dataset == right.dataset && left.jobType == right.jobType && left.cron == right.cron
      && left.timeZone == right.timeZone
  }
}
