import Contracts
import Datasets
import Extraction
import Foundation
import HTTP
import LambdaRuntime
import Publishing
import RawStore
import Settings
import Time

extension Doctor {
  /// Reads the settings as each function would; wrong ones are named with the reason, never with their value.
  func settingsFindings() -> [Finding] {
    let stores = Stores(settings)
    let next = NextStep("env-example")
    return [
      finding("settings of the scraper", next: next) {
        _ = try ExtractionRegistry(settings.configuration).extractor(for: settings.datasets.definition(dataset.id))
        _ = try stores.configured { RawStoreSettings(from: &$0) }
        return "valid"
      },
      finding("settings of the loader", next: next) {
        let loading = try stores.loading("festvibes-doctor", isDatabaseOptional: isWithoutDatabase)
        _ = try loading.sinks(for: settings.datasets.definition(dataset.id))
        return "valid"
      },
      finding("settings of the cache manager", next: next) {
        // The other values are checked as far as they are there.
        guard !isWithoutDatabase || settings.hasCache else { return "valid, without REDIS_URL" }
        _ = try stores.configured { PublishingSettings.Cache(from: &$0) }
        return "valid"
      },
      finding("log level", next: NextStep(shell: "unset LOG_LEVEL")) {
        var isWrong = false
        _ = Logger(environment: settings.environment.filter { $0.key == EnvironmentVariable.logLevel.name }) { _ in
          isWrong = true
        }
        guard !isWrong else {
          throw Fault(
            message: "LOG_LEVEL is not one of TRACE, DEBUG, INFO, WARN, ERROR and FATAL",
            next: NextStep(shell: "unset LOG_LEVEL"))
        }
        return "valid"
      },
    ]
  }

  /// The zone in which the commands show times.
  func zone() -> Finding {
    finding("time zone", next: NextStep(shell: "unset TZ")) {
      if let problem = LocalZone.problem(settings.environment) {
        throw Fault(message: problem, next: NextStep(shell: "unset TZ"))
      }
      return "times are shown in \(TimeZone.current.identifier)"
    }
  }

  /// AWS refuses requests whose time differs by more than five minutes from its own.
  static let tolerableSkew: TimeInterval = 60

  /// This machine's clock against that of AWS, or of the local AWS.
  func clock() -> Finding {
    finding("clock", next: isLocal ? NextStep(shell: "make up") : NextStep(shell: "timedatectl status")) {
      let endpoint = settings.environment["AWS_ENDPOINT_URL"].flatMap { $0.isEmpty ? nil : $0 }
      let url =
        try endpoint ?? "https://sts.\(settings.session(for: try settings.stateMachine()).region).amazonaws.com/"
      let response: HTTPResponse
      do {
        response = try HTTPClient().send(
          HTTPRequest("GET", url, timeout: Self.timeout, maximumBodyBytes: 1 << 20), deadline: deadline)
      } catch { throw CommandError("AWS does not respond: \(error)") }
      guard let date = response.headers["Date"].flatMap({ HTTPDate.parse($0) }) else {
        throw CommandError("the response of AWS has no date")
      }
      let skew = Date().timeIntervalSince(date)
      guard abs(skew) <= Self.tolerableSkew else {
        let direction = skew > 0 ? "ahead of" : "behind"
        throw Fault(
          message: "this machine is \(Int(abs(skew))) s \(direction) AWS, which refuses requests from 300 s on",
          next: NextStep(shell: "sudo timedatectl set-ntp true"))
      }
      return "differs from AWS by less than \(Int(Self.tolerableSkew)) s"
    }
  }

  /// The source's robots.txt, which a scraper reads before anything else.
  func source() -> Finding {
    guard includesSource else {
      return Finding(name: "source", outcome: .skipped, detail: "not asked; --source asks its site for robots.txt")
    }
    return finding("source", next: isLocal ? NextStep(shell: "make up") : NextStep("doctor --source")) {
      let definition = try settings.datasets.definition(dataset.id)
      let policy = try ExtractionRegistry(settings.configuration).extractor(for: definition).policy
      let site = policy.site.origin
      let response: HTTPResponse
      do {
        response = try HTTPClient().send(
          HTTPRequest(
            "GET", "\(site)/robots.txt", headers: ["User-Agent": policy.userAgent], timeout: Self.timeout,
            maximumBodyBytes: 1 << 20), deadline: deadline)
      } catch { throw CommandError("\(site) does not respond: \(error)") }
      guard response.status < 500 else { throw CommandError("\(site)/robots.txt: status \(response.status)") }
      return "\(site) responds (robots.txt: status \(response.status))"
    }
  }
}
