import AWS
import Contracts
import Foundation
import Ledger
import Publishing
import RawFolder
import RawStore
import Settings
import Time

extension Doctor {
  /// The credentials, and the state machine that they lead to.
  func stateMachine() -> Finding {
    finding("state machine", next: isLocal ? NextStep(shell: "make up") : credentials) {
      let machine = try settings.stateMachine()
      do {
        let status = try StepFunctionsClient(settings.session(for: machine)).status(
          ofStateMachine: machine, deadline: deadline)
        guard status == "ACTIVE" else { throw Fault(message: "\(machine) is \(status)", next: deployment) }
      } catch let error as AWSError where error.code == "StateMachineDoesNotExist" {
        throw Fault(message: "STATE_MACHINE_ARN names no state machine: \(machine)", next: deployment)
      }
      return machine
    }
  }

  /// A function's state, without an invocation.
  /// - Parameter product: `Scraper`.
  func function(_ product: String) -> Finding {
    let check = "function \(product)"
    var isLeftOut = false
    let finding = finding(check, next: deployment) {
      let machine = try settings.stateMachine()
      let name = InvokeCommand.functionName(product, of: machine)
      do {
        let found = try LambdaClient(settings.session(for: machine)).configuration(of: name, deadline: deadline)
        // An inactive function becomes active with its next invocation.
        if let state = found.state, !["Active", "Inactive"].contains(state) {
          throw Fault(message: "\(name) is \(state): \(found.reason ?? "no reason given")", next: deployment)
        }
      } catch let error as AWSError where error.kind == .notFound {
        isLeftOut = InvokeCommand.optionalProducts.contains(product)
        throw Fault(message: "there is no function \(name)", next: deployment)
      }
      return name
    }
    return isLeftOut ? Finding(name: check, outcome: .skipped, detail: "not deployed; it is optional") : finding
  }

  /// The command that deploys what is missing.
  private var deployment: NextStep { .deploying(settings.environment) }

  func bucket() -> Finding {
    finding("bucket", next: next(ofStoreOf: "Scraper")) {
      if let folder = settings.rawFolder {
        let path = try FolderObjects(folder).folder
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
          throw CommandError("RAW_FOLDER \(path) cannot be written (\(String(cString: strerror(errno))))")
        }
        return "none: the raw data are in RAW_FOLDER, \(path)"
      }
      let store = try Stores(settings).configured { RawStoreSettings(from: &$0) }
      let session = try AWSSession(
        environment: settings.environment, region: store.region,
        profiles: ProfileFiles(environment: settings.environment))
      _ = try S3Client(session).listPage(bucket: store.bucket, limit: 1, deadline: deadline)
      return "\(store.bucket) in \(store.region) can be listed"
    }
  }

  /// The database: connection, encryption, the schema's version, the right to write.
  func postgres() -> Finding {
    if isWithoutDatabase {
      let reason = settings.reasonWithoutLedger ?? ""
      return Finding(
        name: "postgres", outcome: .skipped, detail: "no ledger: \(reason), and \(dataset.id) needs no database")
    }
    return finding("postgres", next: next(ofStoreOf: "Loader")) {
      let state = try Stores(settings).loading("festvibes-doctor").databaseState(deadline: deadline)
      guard !state.isReplica else {
        throw Fault(message: "the server is a replica, which cannot be written to", next: next(ofStoreOf: "Loader"))
      }
      let transport = state.isEncrypted ? "TLS" : "no TLS"
      guard let version = state.version else {
        return "version \(state.server), \(transport), no schema yet: the first load makes it"
      }
      guard state.pendingMigrations.isEmpty else {
        let names = state.pendingMigrations.joined(separator: ", ")
        throw Fault(
          message:
            "the schema is at version \(version), this program needs \(state.knownVersion): pending are \(names)",
          next: NextStep("migrate"))
      }
      guard state.readOnlyTables.isEmpty else {
        throw Fault(
          message: "the user may not write to \(state.readOnlyTables.joined(separator: ", "))",
          next: NextStep(shell: #"psql "$PG_DATABASE_URL" -c '\dp'"#))
      }
      return "version \(state.server), \(transport), schema version \(state.knownVersion), tables can be written"
    }
  }

  var isWithoutDatabase: Bool { settings.isWithoutDatabase(dataset) }

  /// The share of Redis' memory from which on it is as good as full.
  private static let fullMemory = 0.9

  /// Redis: connection, the role, the memory, and what happens when that is full.
  func redis() -> Finding {
    if isWithoutDatabase, !settings.hasCache {
      return Finding(name: "redis", outcome: .skipped, detail: "REDIS_URL is not set, and \(dataset.id) has no cache")
    }
    return finding("redis", next: next(ofStoreOf: "CacheManager")) {
      let cache = try Stores(settings).configured { PublishingSettings.Cache(from: &$0) }
      let state = try PublishingRegistry.cacheState(of: dataset, in: cache, deadline: deadline)
      guard !state.isReplica else {
        throw Fault(
          message: "the server is a replica, which cannot be written to", next: next(ofStoreOf: "CacheManager"))
      }
      let used = "\(state.usedBytes >> 20) MB used"
      let limit = state.maximumBytes.map { " of \($0 >> 20)" } ?? ", no limit"
      let facts = "version \(state.server), \(used)\(limit), when full: \(state.evictionPolicy)"
      if let maximum = state.maximumBytes, Double(state.usedBytes) > Self.fullMemory * Double(maximum) {
        let effect = state.evictionPolicy == "noeviction" ? "writes will fail" : "cached days will be dropped"
        throw Fault(message: "\(facts): \(effect)", next: NextStep("status"))
      }
      return facts
    }
  }
}
