import APISupport
import Enriching
import Settings

extension Doctor {
  /// Checks what `festvibes serve` needs, where anything of it is set.
  func readAPI() -> [Finding] {
    let configuration = settings.configuration()
    let checks = ServeChecks(settings: settings)
    let isServed = ServeSettings.variables.contains(where: configuration.isSet)
    guard isServed || configuration.isSet(.apiSchedules) else {
      return [Finding(name: "read API", outcome: .skipped, detail: "no setting of it is there")]
    }
    let schedules = finding("schedules of the read API", next: NextStep("datasets")) { try checks.schedules() }
    guard isServed else { return [schedules] }
    var read: ServeSettings?
    let valid = finding("settings of the read API", next: NextStep("env-example")) {
      read = try ServeSettings(settings)
      return "valid"
    }
    return [valid, readDatabase(read), search(checks), schedules]
  }

  private func readDatabase(_ read: ServeSettings?) -> Finding {
    let name = "database of the read API"
    guard let api = read?.api else {
      return Finding(name: name, outcome: .skipped, detail: "not checked, because of the settings")
    }
    let look = NextStep(shell: "psql \"$\(api.databaseVariable)\" -c 'select 1'")
    return finding(name, next: isLocal ? NextStep(shell: "make up") : look) {
      try ServeChecks.database(
        APIDatabase(api, connections: 1, migrations: EnrichingRegistry.migrations), of: api.databaseVariable,
        within: Self.timeout)
    }
  }

  private func search(_ checks: ServeChecks) -> Finding {
    var isThere = false
    let finding = finding("search of the read API", next: NextStep(shell: "make weights")) {
      let facts = try checks.search()
      isThere = facts != nil
      return facts ?? ServeChecks.withoutSearch
    }
    guard !finding.isWrong, !isThere else { return finding }
    return Finding(name: finding.name, outcome: .skipped, detail: finding.detail)
  }
}
