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

  func validate() throws {
    if let port, !(0...65_535).contains(port) { throw ValidationError("--port must be a number from 0 to 65535") }
  }

  func run() throws {
    let settings = common.settings()
    let (api, host, port) = try Stores(settings).configured { configuration in
      let port = configuration.number(.apiPort, in: 0...65_535) ?? 8000
      return (APISettings(from: &configuration), configuration.text(.apiHost), Int(port))
    }
    LargeBlocks.returnToSystem()
    // Held before there are other threads: only this one takes them.
    StopSignal.hold()
    let makeID: @Sendable () -> String = { UUID().uuidString.lowercased() }
    let log = RequestLog(settings.environment)
    let database = try APIDatabase(
      api, connections: Self.connections, migrations: EnrichingRegistry.migrations)
    let router = APIRoutes.router(
      api, database, others: try Self.others(settings), makeID: makeID, log: { log.write($0) })
    let address = self.host ?? host
    let server = try HTTPServer(
      host: address, port: self.port ?? port, router: router, makeID: makeID,
      log: { log.write($0, isRefusal: true) })
    if !address.isLoopbackHost {
      Output.errorLine(
        "Warning: \(address) is more than this machine, and the server has no TLS: keys and data can be read on the way. "
          + "Put a proxy with TLS in front of it.")
    }
    let shown = address.contains(":") ? "[\(address)]" : address
    try Output.lines(["http://\(shown):\(server.port)/ serves the read API, until Ctrl-C"])
    try Output.finish()
    Thread.detachNewThread {
      while !StopSignal.wait(.seconds(3600)) {}
      server.stop()
    }
    server.run()
    Output.errorLine("ended: the requests under way were answered")
  }
}

extension ServeCommand {
  /// The routes that need more than the database: series from S3, and the search where the model's weights are.
  private static func others(_ settings: Settings) throws -> APIRoutes.Others {
    var others = APIRoutes.Others()
    others.series = SeriesVersions.opening(settings.environment, withProfiles: true)
    // Settings stay in their thread.
    let environment = settings.environment
    others.routes = { database in
      [
        OperationsRoute(database) { () throws(PipelineError) in
          try Settings(environment, write: { _ in }).operationsReader()
        }.route
      ]
    }
    let weights = settings.withLocalWeights().environment[EnvironmentVariable.embeddingWeights.name] ?? ""
    guard !weights.isEmpty else { return others }
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
