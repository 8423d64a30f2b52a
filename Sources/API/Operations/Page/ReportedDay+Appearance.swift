import Advice

extension ReportedDay.State {
  var tone: Palette.Tone {
    switch self {
    case .failed, .stale: .bad
    case .gap, .listed: .warn
    case .cached, .loaded: .good
    case .empty: .info
    case .past, .future: .none
    }
  }

  /// A sign for readers who do not see colors.
  var sign: String {
    switch self {
    case .failed: "✕"
    case .stale: "!"
    case .gap: "○"
    case .listed: "◐"
    case .loaded: "✓"
    case .cached: "●"
    case .empty: "∅"
    case .past: "–"
    case .future: "·"
    }
  }

  var word: String {
    switch self {
    case .past: Absence.neverAsked.rawValue
    case .future: Absence.notYet.rawValue
    default: rawValue
    }
  }

  var meaning: String {
    switch self {
    case .failed: "the last load failed"
    case .stale: "a run had it, and it was never loaded"
    case .gap: "no finished run had it, though the plan has it"
    case .listed: "loaded without many of its pages"
    case .loaded: "in the database, and not in the cache now"
    case .cached: "in the database and in the cache"
    case .empty: "nothing was ever found"
    case .past: "no finished run had it, and it is over"
    case .future: "no run has come to it"
    }
  }
}
