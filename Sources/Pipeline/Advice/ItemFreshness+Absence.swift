import Contracts
import FoundationEssentials
import Ledger
import Time

/// The reason why no finished run had an item.
public enum Absence: String, Sendable {
  /// The day is over, and no finished run had it.
  case neverAsked = "never asked"
  /// Runs were meant to have it.
  case gap
  /// The day is beyond those that the last run was meant to have, or there was no run.
  case notYet = "not yet"
}

/// The days that the runs of a dataset are meant to have.
public struct PlannedDays: Equatable, Sendable {
  /// The days after the day of its start that a run without a range has.
  private let ahead: Int
  private let today: CalendarDate
  private let lastRun: CalendarDate?

  /// - Parameters:
  ///   - ahead: the days after today of the dataset's plan.
  ///   - today: the day in the dataset's zone.
  ///   - lastRun: the day on which the last run began that read the source.
  public init(ahead: Int, today: CalendarDate, lastRun: CalendarDate?) {
    (self.ahead, self.today, self.lastRun) = (ahead, today, lastRun)
  }

  /// The reason why no finished run had an item; nil if one had it, or if it was loaded.
  public func absence(of fresh: ItemFreshness) -> Absence? {
    guard fresh.isUnknown else { return nil }
    guard let day = fresh.item.date else { return .gap }
    guard day >= today else { return .neverAsked }
    return lastRun.map { day <= $0.adding(days: ahead) } ?? false ? .gap : .notYet
  }
}

extension ItemFreshness {
  /// True if no finished run had the item, and nothing of it was loaded or failed.
  public var isUnknown: Bool { loadedAt == nil && failure == nil && !isCovered }

  /// True if a finished run had the item, and it was never loaded.
  public var wasNeverLoaded: Bool { loadedAt == nil && failure == nil && isCovered }

  /// True if another run has loaded the item since a run ended, and it has not failed again.
  public func wasLoaded(since end: Date, besides run: String) -> Bool {
    failure == nil && self.run != run && loadedAt.map { $0 > end } ?? false
  }
}
