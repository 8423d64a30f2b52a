/// The tasks of the state machine that invoke a function. The raw value is the function's name in the definition's
/// variables, if it has one.
enum MachineTask: String, CaseIterable, Sendable {
  case plan = "DateRangeGenerator"
  case scrape = "Scraper"
  case load = "Loader"
  case cache = "CacheManager"
  /// Reports a ledger event to the loader's function.
  case ledger = "Ledger"
  /// Caches all items again with the cache manager's function.
  case refresh = "Refresh"
  /// Asks the cache manager's function for the days of other items that the run changed.
  case listChanged = "ListChanged"
  /// The optional function that geocodes and embeds.
  case enrich = "Enricher"
  /// The optional function that answers the read API, and stores the report of a run.
  case report = "ReadAPI"

  /// The stages of a work item, in order.
  static let stages: [MachineTask] = [.scrape, .load, .cache]

  /// The stages after this one.
  var laterStages: ArraySlice<MachineTask> { Self.stages.drop { $0 != self }.dropFirst() }

  /// The name of the state.
  var state: String {
    switch self {
    case .plan: "PlanItems"
    case .scrape: "Scrape"
    case .load: "Load"
    case .cache: "Cache"
    case .ledger: "OpenRun"
    case .refresh: "RefreshCache"
    case .listChanged: "ListChanged"
    case .enrich: "Enrich"
    case .report: "StoreReport"
    }
  }

  /// The error that the state machine reports for a response of the wrong shape.
  var errorOfWrongResponse: String {
    switch self {
    case .plan: "ParamGeneratorFailed"
    case .scrape: "ExtractorFailed"
    case .load: "LoaderFailed"
    case .cache: "CacheFailed"
    case .ledger, .refresh, .listChanged, .enrich, .report: ""
    }
  }
}
