import ArgumentParser
import Contracts
import Foundation
import Geocoding
import Time

struct GeocodeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "geocode", abstract: "List the venues without coordinates, or set those of one by hand.",
    discussion: """
      Without a venue it lists those without coordinates, and why: no look-up yet, or the reason for which the geocoder's \
      result was not believed. --at sets a venue's coordinates by hand; no geocoder replaces them, also if the address \
      changes. --forget removes what is known of its place, and the next enrichment looks it up again.

      Reads and writes the database in PG_DATABASE_URL. `festvibes cache DATE` shows a change to the app at once.

      Exit status: 0; 1 if there is no such venue, or more than one, or the database cannot be read; 64 for invalid \
      arguments.
      """)

  @Argument(help: "A venue's name or id.")
  var venue: String?

  @Option(help: ArgumentHelp("Set its latitude and longitude, in degrees.", valueName: "lat,lng"))
  var at: String?

  @Flag(help: "Remove what is known of its place.")
  var forget = false

  @Flag(help: "Print a JSON list of the venues.")
  var json = false

  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard venue != nil || at == nil && !forget else { throw ValidationError("name the venue") }
    guard at == nil || !forget else { throw ValidationError("give either --at or --forget") }
    _ = try coordinate()
  }

  func run() throws {
    let coordinate = try coordinate()
    let places = try Stores(common.settings()).loading("festvibes-geocode") { loading, deadline in
      let locations = VenueLocations(try loading.database)
      guard let venue else { return try locations.unknown(deadline: deadline) }
      let found = try locations.places(named: venue, deadline: deadline)
      guard coordinate != nil || forget else { return found }
      let id = try single(found).id
      if let coordinate { try locations.set(coordinate, ofVenue: id, deadline: deadline) }
      if forget { try locations.forget(venue: id, deadline: deadline) }
      return try locations.places(named: "\(id)", deadline: deadline)
    }
    if venue != nil, places.isEmpty { _ = try single(places) }
    let report = VenuePlaceReport(places: places, isOfAll: venue == nil)
    try Output.lines(json ? [report.json()] : report.lines(for: .standardOutput()), styled: !json)
  }

  /// - Throws: `CommandError` unless there is one venue.
  private func single(_ places: [VenuePlace]) throws -> VenuePlace {
    guard let first = places.first else {
      throw CommandError("there is no venue '\(venue ?? "")'\n\(NextStep("geocode").line)")
    }
    guard places.count == 1 else {
      throw CommandError(
        "\(places.count) venues are called '\(venue ?? "")': give the id, one of "
          + places.map { "\($0.id)" }.joined(separator: ", "))
    }
    return first
  }

  private func coordinate() throws -> Coordinate? {
    guard let at else { return nil }
    let numbers = at.split(separator: ",", omittingEmptySubsequences: false).map { Double($0.trimmingPrefix(" ")) }
    guard numbers.count == 2, let latitude = numbers[0], let longitude = numbers[1],
      let coordinate = Coordinate(latitude: latitude, longitude: longitude)
    else { throw ValidationError("--at must be a latitude and a longitude, as 29.9638,-90.0579") }
    return coordinate
  }
}
