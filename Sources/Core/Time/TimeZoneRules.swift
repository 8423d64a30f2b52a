import FoundationEssentials
import Text

/// A time zone of the IANA database, read from the system's compiled files because FoundationEssentials has no time zones.
/// Covers the years 1 to 9999: the first local time type applies before the file's first transition, and the zone's rule
/// after the last.
public struct TimeZoneRules: Sendable {
  /// A period with one offset.
  struct Period {
    /// Seconds east of UTC.
    let offset: Int
    /// The first instant after the period; nil if it does not end.
    let end: Int?
  }

  public let identifier: String
  private let file: TZifFile

  /// - Parameters:
  ///   - identifier: a name such as `America/Chicago`.
  ///   - directory: the directory of the compiled database.
  /// - Throws: `TimeError` if the name is invalid, or its file is missing or malformed.
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

  /// Returns the offset at an instant, in seconds east of UTC: -18000 for America/Chicago in summer.
  public func offset(at date: Date) -> Int { period(at: date.wholeSeconds).offset }

  /// Returns the local day at an instant.
  public func localDate(at date: Date) -> CalendarDate {
    let instant = date.wholeSeconds
    return CalendarDate(daysSinceEpoch: (instant + period(at: instant).offset).flooredQuotient(86_400))
  }

  /// Returns the instant of a local time, resolved as in java.time:
  /// - a time that the clocks skip (the gap in spring) is moved forward by the length of the gap: 02:30 becomes 03:30;
  /// - a time that the clocks show twice (the overlap in autumn) is the earlier of the two, which is summer time.
  ///
  /// In both cases the offset before the change is used.
  /// - Parameters:
  ///   - day: the local day.
  ///   - hour: the local hour; 24 and more is in the next day.
  public func date(_ day: CalendarDate, hour: Int, minute: Int, second: Int = 0) -> Date {
    let local = day.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second
    // No zone has a greater offset, so the first period considered begins before the local time.
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

  /// Returns true if the text is made of the characters of the database's names. Dots are not among them, so no name can
  /// leave the directory.
  private static func isName(_ text: String) -> Bool {
    text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
      !part.isEmpty
        && part.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_+-".utf8.contains($0) }
    }
  }
}

extension Date {
  /// Seconds since 1970, limited to the years 1 to 9999; 0 if the date is NaN.
  var secondsInCalendar: Double {
    let interval = timeIntervalSince1970
    return interval.isNaN ? 0 : Swift.min(Swift.max(interval, -62_135_596_800), 253_402_300_799)
  }

  /// The same in whole seconds, rounded down.
  var wholeSeconds: Int { Int(secondsInCalendar.rounded(.down)) }
}

extension Int {
  /// Returns the quotient, rounded towards negative infinity.
  func flooredQuotient(_ divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
