import Postgres
import Time

/// The time zone of the events' days and clocks: that of the view `current_events`.
public enum EventZone {
  public static let identifier = "America/Chicago"

  /// A time as SQL: in UTC, in JSON's usual form.
  static func utc(_ column: String) -> String {
    #"to_char(\#(column) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"#
  }
}
