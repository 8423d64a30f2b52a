import Time

/// How long a cached day lives: the sooner its listing is likely to change, the shorter.
enum CacheLifetime {
  /// The tier of a day, in seconds: past 7 days, today 1 hour, within the next 7 days 12 hours, later 24 hours.
  static func seconds(of date: CalendarDate, today: CalendarDate) -> Int {
    switch date.daysSinceEpoch - today.daysSinceEpoch {
    case ..<0: 7 * 86_400
    case 0: 3600
    case 1...7: 12 * 3600
    default: 24 * 3600
    }
  }

  /// The lifetime made up to a tenth longer or shorter, so that dates written together do not expire together.
  static func spread(_ seconds: Int, using random: inout any RandomNumberGenerator) -> Int {
    let share = Double(random.next()) * 0x1p-64
    return Int((Double(seconds) * (0.9 + 0.2 * share)).rounded())
  }
}
