import APIEvents
import APIRoutes
import APIRouting
import APISearch
import APIServer
import APISupport
import ArgumentParser
import Contracts
import Datasets
import Enriching
import Foundation
import LambdaRuntime
import OperationsPage
import Settings
import Text
import Time

struct ServeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Serve the read API on this machine, until Ctrl-C or SIGTERM.",
    discussion: """
      Answers what the function ReadAPI answers on AWS: GET / lists it. Clients send a key of API_KEY as X-API-Key, or as \
      Authorization: Bearer; API_PUBLIC=true lets everybody read. The database is API_DATABASE_URL, else PG_DATABASE_URL; \
      festvibes migrate --api prepares a role that may only read, and the indexes. /ops is the operators' page, for a browser: \
      the password is a key of API_KEY.

      What a route lacks is said at the start, and the others work: a database that cannot be read or has no tables yet, \
      definitions, the model of /search. `festvibes doctor` checks the same.

      It is for one machine: it has no TLS. It takes 64 connections at a time. Ctrl-C and SIGTERM let the requests under way \
      end, for at most 10 seconds.

      Exit status: 0 after Ctrl-C or SIGTERM.
      """)

  @Option(help: "The address to listen on (default: API_HOST, else 127.0.0.1).")
  var host: String?

  @Option(help: "The port; 0 takes a free one (default: API_PORT, else 8000).")
  var port: Int?

  @OptionGroup var common: CommonOptions

  /// The most connections to the database. Each is a process of the server, and two cores are not faster with more.
  private static let connections = 8
  /// The time for the look at the database.
  private static let checkTime = Duration.seconds(5)

  func validate() throws {
    if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be a number from 0 to 65535") }
  }

  func run() throws {
    let settings = common.settings()
    let stores = Stores(settings)
    let read: ServeSettings
    do {
      read = try stores.withHint { try ServeSettings(settings, command: command(host: host, port: port)) }
    } catch let fault as Fault { throw CommandError(fault) }
    LargeBlocks.returnToSystem()
    // Held before there are other threads: only this one takes them.
    StopSignal.hold()
    let database = try stores.withHint {
      try APIDatabase(read.api, connections: Self.connections, migrations: EnrichingRegistry.migrations)
    }
    let address = host ?? read.host
    let server = try server(at: address, read, database, others: try Self.others(settings), settings)
    if !address.isLoopbackHost {
      Output.errorLine(
        "Warning: \(address) is more than this machine, and the server has no TLS: keys and data can be read on the way. "
          + "Put a proxy with TLS in front of it.")
    }
    let shown = address.contains(":") ? "[\(address)]" : address
    try Output.lines(["http://\(shown):\(server.port)/ serves the read API, until Ctrl-C"])
    try Output.finish()
    // Beside the server: a database that does not answer delays no request.
    let variable = read.api.databaseVariable
    Thread.detachNewThread {
      ServeChecks.warn { try ServeChecks.database(database, of: variable, within: Self.checkTime) }
    }
    Thread.detachNewThread {
      while !StopSignal.wait(.seconds(3600)) {}
      server.stop()
    }
    server.run()
    Output.errorLine("ended: the requests under way were answered")
  }

  private func server(
    at address: String, _ read: ServeSettings, _ database: APIDatabase, others: APIRoutes.Others, _ settings: Settings
  ) throws -> HTTPServer {
    let makeID: @Sendable () -> String = { UUID().uuidString.lowercased() }
    let log = RequestLog(settings.environment)
    let router = APIRoutes.router(read.api, database, others: others, makeID: makeID, log: { log.write($0) })
    do throws(ListenFailure) {
      return try HTTPServer(
        host: address, port: port ?? read.port, router: router, makeID: makeID,
        log: { log.write($0, isRefusal: true) })
    } catch {
      // With a free port of the same address; of this machine alone, if the address is what is wrong.
      let next = NextStep(command(host: error.isHost ? "127.0.0.1" : host, port: error.isHost ? port : 0))
      throw CommandError(Fault(message: error.message, next: next))
    }
  }

  /// The arguments that serve in this way.
  private func command(host: String?, port: Int?) -> String {
    "serve" + (host.map { " --host \(NextStep.quoted($0))" } ?? "") + (port.map { " --port \($0)" } ?? "")
  }
}

extension ServeCommand {
  /// The routes that need more than the database: series from S3, and the search where the model's weights are.
  private static func others(_ settings: Settings) throws -> APIRoutes.Others {
    var others = APIRoutes.Others()
    let checks = ServeChecks(settings: settings)
    ServeChecks.warn(checks.schedules)
    // Other commands find the definitions from every folder, too.
    others.series = SeriesVersions.opening(
      settings.environment.merging([EnvironmentVariable.datasetsFolder.name: settings.datasetFolder.path]) { $1 },
      withProfiles: true)
    // Settings stay in their thread.
    let environment = settings.environment
    others.routes = { database in
      [
        OperationsRoute(database) { () throws(PipelineError) in
          try Settings(environment, write: { _ in }).operationsReader()
        }.route
      ]
    }
    guard let weights = settings.weights else {
      Output.errorLine("Warning: \(ServeChecks.withoutSearch)")
      return others
    }
    guard ServeChecks.warn(checks.search) != nil else { return others }
    let zone = try TimeZoneRules(identifier: EventZone.identifier)
    let page = others.routes
    others.routes = { database in
      page(database) + [
        SearchRoute(database, source: Datasets.standardID, zone: zone) { () throws(PipelineError) in
          try EnrichingRegistry.model(of: weights)
        }.route
      ]
    }
    return others
  }
}

/// The access log, on the standard error. One thread writes at a time.
private final class RequestLog: Sendable {
  private let environment: [String: String]

  init(_ environment: [String: String]) { self.environment = environment }

  /// - Parameter isRefusal: true if the server did not even read the request, which is no error of this program.
  func write(_ entry: APILogEntry, isRefusal: Bool = false) {
    // A log of its own: the type is not made for several threads. A line is written in one call.
    let log = Logger(environment: environment) { Output.errorLine($0) }.forRequest(entry.requestID)
    let level: Logger.Level = entry.failure == nil || isRefusal ? .info : .error
    log.log(
      level, "request",
      [
        "method": .text(entry.method), "route": .text(entry.route ?? "none"), "status": .integer(entry.status),
        "bytes": .integer(entry.bytes), "milliseconds": .number((entry.milliseconds * 100).rounded() / 100),
        "source": .text(entry.source), "failure": .text(entry.failure ?? "none"),
      ])
  }
}
