import APIRouting
import APISupport

/// The product's own routes.
public enum EventRoutes {
  /// - Parameter series: opens a dataset's versions; nil where no bucket of series is known.
  public static func all(_ database: APIDatabase, series: SeriesRoute.Opening? = nil) -> [Route] {
    EventsRoute(database: database).routes + [CalendarRoute(database: database).route]
      + [VenuesRoute(database: database).route, ArtistsRoute(database: database).route]
      + [GenresRoute(database: database).route]
      + [DatasetsRoute(database: database).route] + RunsRoute(database: database).routes
      + [RejectedRoute(database: database).route] + (series.map { SeriesRoute(open: $0).routes } ?? [])
  }
}
