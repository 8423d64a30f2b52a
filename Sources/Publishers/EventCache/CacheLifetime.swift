import Time

/// The lifetime of a cached day: the sooner its listing is likely to change, the shorter.
enum CacheLifetime {
  /// Returns the lifetime of a day in seconds: 7 days for a past day, 1 hour for today, 12 hours for the next 7 days, and
  /// 24 hours for a later day.
  static func seconds(of date: CalendarDate, today: CalendarDate) -> Int {
    switch date.daysSinceEpoch - today.daysSinceEpoch {
    case ..<0: 7 * 86_400
    case 0: 3600
    case 1...7: 12 * 3600
    default: 24 * 3600
    }
  }

  /// Varies a lifetime by up to 10 %, so that days written together do not expire together.
  static func spread(_ seconds: Int, using random: inout any RandomNumberGenerator) -> Int {
    let share = Double(random.next()) * 0x1p-64
    return Int((Double(seconds) * (0.9 + 0.2 * share)).rounded())
  }
}
