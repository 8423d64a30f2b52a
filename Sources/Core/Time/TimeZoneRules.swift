import FoundationEssentials
import Text

/// A zone of the IANA database, read from the system's compiled files, since FoundationEssentials knows no zones.
/// Good for instants long past (the first local time type holds before the table) and far ahead (the zone's rule holds
/// after it), in the years 1 to 9999.
public struct TimeZoneRules: Sendable {
  /// A stretch of time with one offset.
  struct Period {
    /// Seconds east of UTC.
    let offset: Int
    /// The first second that is no part of it; nil when it lasts for ever.
    let end: Int?
  }

  public let identifier: String
  private let file: TZifFile

  /// - Parameters:
  ///   - identifier: a name such as `America/Chicago`.
  ///   - directory: the folder of the compiled database.
  /// - Throws: `TimeError` when the name is none, or its file is missing or malformed.
  public init(identifier: String, directory: String = "/usr/share/zoneinfo") throws(TimeError) {
    guard Self.isName(identifier) else {
      throw TimeError(.invalidIdentifier, identifier: identifier, detail: "not a name like America/Chicago")
    }
    guard let bytes = try? Data(contentsOf: URL(filePath: "\(directory)/\(identifier)")) else {
      throw TimeError(
        .unknownZone, identifier: identifier, detail: "no such file in \(directory); is tzdata installed?")
    }
    try self.init(identifier: identifier, bytes: [UInt8](bytes))
  }

  init(identifier: String, bytes: [UInt8]) throws(TimeError) {
    self.identifier = identifier
    do {
      file = try TZifFile(bytes)
    } catch {
      throw TimeError(.malformedFile, identifier: identifier, detail: "its file is malformed: \(error.detail)")
    }
  }

  /// Seconds east of UTC at an instant: -18000 for America/Chicago in summer.
  public func offset(at date: Date) -> Int { period(at: date.wholeSeconds).offset }

  /// The local day at an instant.
  public func localDate(at date: Date) -> CalendarDate {
    let instant = date.wholeSeconds
    return CalendarDate(daysSinceEpoch: (instant + period(at: instant).offset).flooredQuotient(86_400))
  }

  /// The instant at which the zone's clocks show a time, as java.time decides it:
  /// - a time that the clocks skip (the gap in spring) is moved on by the length of the gap: 02:30 becomes 03:30;
  /// - a time that they show twice (the overlap in autumn) is the earlier of the two: still summer time.
  ///
  /// Both come to the same: the offset from before the change holds.
  /// - Parameters:
  ///   - hour: from the day's midnight by the clock's numbers; 24 and more is in the next day.
  public func date(_ day: CalendarDate, hour: Int, minute: Int, second: Int = 0) -> Date {
    let local = day.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second
    // No zone is further than this from UTC, so the first period that is looked at begins before the time wanted.
    var current = period(at: local - PosixTimeZone.offsets.upperBound)
    while let end = current.end {
      let next = period(at: end)
      if local < end + max(current.offset, next.offset) { break }
      current = next
    }
    return Date(timeIntervalSince1970: Double(local - current.offset))
  }

  private func period(at instant: Int) -> Period {
    let transitions = file.transitions
    // The index of the first transition after the instant.
    var low = 0
    var high = transitions.count
    while low < high {
      let middle = (low + high) / 2
      if transitions[middle] <= instant { low = middle + 1 } else { high = middle }
    }
    if low < transitions.count {
      return Period(offset: low == 0 ? file.firstOffset : file.offsets[low - 1], end: transitions[low])
    }
    if let footer = file.footer { return footer.period(at: instant) }
    return Period(offset: file.offsets.last ?? file.firstOffset, end: nil)
  }

  /// Whether the text is made of the parts that the database's names are made of. Points are not among them, so no name
  /// leads out of the folder.
  private static func isName(_ text: String) -> Bool {
    text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_+-".utf8.contains($0) }
    }
  }
}

extension Date {
  /// Seconds since 1970, kept within the years 1 to 9999, whatever the date is (even no number).
  var secondsInCalendar: Double {
    let interval = timeIntervalSince1970
    return interval.isNaN ? 0 : Swift.min(Swift.max(interval, -62_135_596_800), 253_402_300_799)
  }

  /// The same, rounded down.
  var wholeSeconds: Int { Int(secondsInCalendar.rounded(.down)) }
}

extension Int {
  /// The quotient rounded towards minus infinity.
  func flooredQuotient(_ divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
