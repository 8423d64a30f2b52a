import Postgres
import Time

/// The time zone of the events' days and clocks: that of the view `current_events`.
public enum EventZone {
  public static let identifier = "America/Chicago"

  /// A time as SQL: in UTC, in JSON's usual form.
  static func utc(_ column: String) -> String {
    #"to_char(\#(limited(column)) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"#
  }

  /// A time as SQL, limited to the years 1 to 9999: RFC 3339 cannot express others, such as infinity.
  static func limited(_ column: String) -> String { limited(column, "0001-01-01Z", "9999-12-31 23:59:59Z") }

  /// A day as SQL, limited in the same way.
  static func day(_ column: String) -> String { limited(column, "0001-01-01", "9999-12-31") }

  /// To `greatest` and `least` a null is no value, so it has a case of its own.
  private static func limited(_ column: String, _ first: String, _ last: String) -> String {
    "case when \(column) is not null then least(greatest(\(column), '\(first)'), '\(last)') end"
  }
}
